"""Redis, as far as it is used: asking whether a server answers."""
