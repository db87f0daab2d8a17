"""Rules of the registry, without a registry."""
