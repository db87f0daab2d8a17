"""Content in and out of the registry as OCI image layouts."""
