"""Keepers of keys: files of an embedded store, and rows of a database that only its secret opens."""
