"""Background jobs, one file each, and the runner that gives each its turns."""
