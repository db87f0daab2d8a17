"""Engines that read and write OCI image layouts: a directory, a tar file."""
