"""Charts through the registry, with the real parts."""
