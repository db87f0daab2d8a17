"""Benchmarks: Charthouse beside other registries, on one machine and in one run. ``make bench``."""
