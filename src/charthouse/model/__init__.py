"""Pure values and rules of a registry: names, digests, manifests, actors, permissions, errors. No I/O."""
