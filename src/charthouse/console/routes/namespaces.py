"""What belongs to users and organizations beside repositories, in the order of the tabs."""

from __future__ import annotations

from . import applications, defaults, keyrings, organizations, robots, teams

ROUTES = (
    *teams.ROUTES,
    *robots.ROUTES,
    *defaults.ROUTES,
    *applications.ROUTES,
    *keyrings.ROUTES,
    *organizations.ROUTES,
)
