"""Charthouse: a private registry for Helm charts, container images and every OCI artifact."""

__version__ = "0.1.0"
