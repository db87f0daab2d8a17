"""One suite a port, run on every engine; each leaves nothing behind."""
