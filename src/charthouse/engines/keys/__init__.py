"""Keepers of keys: files of an embedded store, rows that only its secret opens, a local certificate authority."""
