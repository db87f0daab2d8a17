"""Wire formats only: each package turns requests into calls of services and their answers into bytes."""
