"""The OCI Distribution Specification as seen on the wire; docs/reference/protocol.md says which test holds what."""
