"""The embedded engine: two SQLite files, one writer thread each, reads on the event loop."""
