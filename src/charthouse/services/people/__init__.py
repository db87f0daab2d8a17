"""Namespaces and the people in them: organizations, teams, invitations, default permissions, and how they end."""
