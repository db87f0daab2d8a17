"""The console, driven by requests within this process."""
