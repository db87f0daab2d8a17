"""Engines that fetch charts from elsewhere: classic repositories, OCI registries, directories."""
