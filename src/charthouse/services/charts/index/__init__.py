"""Indexes of classic repositories (``index.yaml``): kept compressed, mended where an entry changes, joined a caller."""
