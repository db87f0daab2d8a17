"""Rights that are lost: access ends at every replica."""
