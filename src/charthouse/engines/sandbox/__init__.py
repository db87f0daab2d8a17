"""Work on what strangers sent, done in a child process that can do nothing else."""
