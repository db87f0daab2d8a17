"""One module, no process."""
