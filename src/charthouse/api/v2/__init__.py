"""The OCI Distribution API, on raw ASGI: the hot path."""
