"""Every route of every API against every kind of caller; what is expected is written by hand."""
