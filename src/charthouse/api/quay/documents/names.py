"""What operations are called in the documents: as Quay calls them, else by our own names in its manner."""

from __future__ import annotations

from charthouse.api.kit.routes import Route

from .operations import find

_PREFIX = "/api/v1/"
_BELOW = (
    "team",
    "robots",
    "prototypes",
    "applications",
    "permissions",
    "tag",
    "manifest",
    "immutabilitypolicy",
)
_AREAS = {
    "robots": "robot",
    "prototypes": "prototype",
    "permissions": "permission",
    "messages": "globalmessages",
}
_AREAS |= {"message": "globalmessages", "superusers": "superuser", "users": "user", "find": "search"}
_AREAS |= {"applications": "oauth", "app": "oauth", "entities": "search"}


def operation_id(route: Route) -> str:
    """Return the name of a route's operation: Quay's, or ours (``getUser``; below another prefix ``v2GetBlob``)."""
    quay = find(route.method, route.template)
    if quay is not None:
        return quay.name
    api, _, name = route.operation.partition(".")
    words = name.split("_") if api == "quay" else [api, *name.split("_")]
    return words[0] + "".join(word.capitalize() for word in words[1:])


def area(route: Route) -> str:
    """Return the group that a route is listed in."""
    quay = find(route.method, route.template)
    if quay is not None:
        return quay.area
    if not route.template.startswith(_PREFIX):
        return {"v2": "registry", "ops": "operations"}.get(route.operation.partition(".")[0], "server")
    first, *rest = route.template.removeprefix(_PREFIX).strip("/").split("/")
    for segment in rest:
        if segment in _BELOW:
            first = segment
            break
    return _AREAS.get(first, first)
