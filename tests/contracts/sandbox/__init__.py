"""What every sandbox keeps to, and what the one of processes does beyond."""
