"""The one place that decides what a caller may do: in repositories, in namespaces, and to the registry."""
