"""What superusers do: with everybody's accounts and namespaces, with service keys, with the registry as a whole."""
