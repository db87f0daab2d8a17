"""Running digests whose state outlives a request; ``libcrypto`` is the one engine."""
