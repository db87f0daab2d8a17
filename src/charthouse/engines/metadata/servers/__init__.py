"""The server engines: PostgreSQL and MariaDB, shared by any number of replicas."""
