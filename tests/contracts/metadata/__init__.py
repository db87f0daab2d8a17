"""The contract of the metadata ports, run on every engine."""
