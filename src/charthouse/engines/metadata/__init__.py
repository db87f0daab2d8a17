"""Engines that keep metadata: SQLite, PostgreSQL, MariaDB. Tables, migrations, commands, hot queries."""
