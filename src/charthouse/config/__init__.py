"""Settings: one typed file an area, read from config.yaml, the environment and the command line."""
