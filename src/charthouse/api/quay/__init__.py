"""Quay's REST API."""
