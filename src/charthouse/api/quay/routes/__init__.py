"""Every route of Quay's REST API that is offered, one table an area; more specific templates stand first."""

from __future__ import annotations

from charthouse.api.kit.routes import Route

from . import (
    charts,
    federation,
    keyrings,
    oauth,
    organizations,
    permissions,
    registry,
    repositories,
    robots,
    search,
    sessions,
    superuser,
    tags,
    teams,
    users,
)

_ALL = (
    *users.ROUTES,
    *sessions.ROUTES,
    *organizations.ROUTES,
    *teams.ROUTES,
    *repositories.ROUTES,
    *permissions.ROUTES,
    *tags.ROUTES,
    *charts.ROUTES,
    *keyrings.ROUTES,
    *robots.ROUTES,
    *search.ROUTES,
    *federation.ROUTES,
    *oauth.ROUTES,
    *registry.ROUTES,
    *superuser.ROUTES,
)


def _generality(route: Route) -> tuple[int, int]:
    """Order longer templates first, and of equally long ones those with fewer parameters.

    A repository's name may hold any segment, also ``tag`` or ``manifest``: the longest template that fits wins.
    """
    return -route.template.count("/"), route.template.count("{")


ROUTES: tuple[Route, ...] = tuple(sorted(_ALL, key=_generality))
