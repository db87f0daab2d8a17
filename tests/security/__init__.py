"""Attacks: each test is one that the registry must withstand."""
