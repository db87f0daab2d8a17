"""Parts against the real thing: disks, databases, servers."""
