"""Addresses of Quay's console, and where they lead."""

from __future__ import annotations

import pytest

from charthouse.api.chartmuseum.routes import ROUTES as CHARTMUSEUM
from charthouse.api.hub.routes import ROUTES as HUB
from charthouse.api.ops.routes import ROUTES as OPS
from charthouse.api.quay.routes import ROUTES as QUAY
from charthouse.console.addresses import RESERVED, namespace_path
from charthouse.console.old_links import new_address
from charthouse.console.routes import ROUTES as CONSOLE
from charthouse.model.names import is_namespace

_DIGEST = "sha256:" + "ab" * 32

LINKS = [
    ("/overview", "/"),
    ("/repository", "/"),
    ("/repository/", "/"),
    ("/organization", "/"),
    ("/organizations/", "/"),
    ("/new", "/new/"),
    ("/organizations/new", "/organizations/new/"),
    ("/about", "/-/about"),
    ("/updateuser", "/-/account"),
    ("/repository/acme", "/acme"),
    ("/repository/acme/web", "/acme/web"),
    ("/repository/acme/web?tab=info", "/acme/web"),
    ("/repository/acme/web?tab=Information", "/acme/web"),
    ("/repository/acme/web?tab=nonsense", "/acme/web"),
    ("/repository/acme/web?tab=tags", "/acme/web/-/tags"),
    ("/repository/acme/web?tab=TAGS&tag=V1", "/acme/web/-/tags/V1"),
    ("/repository/acme/web?tab=tags&tag=../x", "/acme/web/-/tags/..%2Fx"),
    ("/repository/acme/web?tab=history", "/acme/web/-/history"),
    ("/repository/acme/web?tab=logs", "/acme/web/-/logs"),
    ("/repository/acme/web?tab=builds", "/acme/web/-/builds"),
    ("/repository/acme/web?tab=mirroring", "/acme/web/-/mirror"),
    ("/repository/acme/web?tab=repository-mirror", "/acme/web/-/mirror"),
    ("/repository/acme/web?tab=settings", "/acme/web/-/settings"),
    ("/repository/acme/team/web", "/acme/team/web"),
    ("/repository/acme/web/tag/1.0.0", "/acme/web/-/tags/1.0.0"),
    ("/repository/acme/web/tag/1.0.0?tab=layers", "/acme/web/-/tags/1.0.0#layers"),
    ("/repository/acme/web/tag/1.0.0?tab=securityreport", "/acme/web/-/tags/1.0.0"),
    ("/repository/acme/tag/tag/1.0.0", "/acme/tag/-/tags/1.0.0"),
    ("/repository/acme/tag/tag", "/acme/tag/tag"),
    ("/repository/acme/tag", "/acme/tag"),
    (f"/repository/acme/web/manifest/{_DIGEST}", f"/acme/web/-/manifests/{_DIGEST}"),
    (f"/repository/acme/web/manifest/{_DIGEST}?tab=packages", f"/acme/web/-/manifests/{_DIGEST}"),
    ("/repository/acme/web/build/12ab", "/acme/web/-/builds/12ab"),
    ("/repository/acme/web/trigger/12ab", "/acme/web/-/builds"),
    ("/repository/acme/web/create-notification", "/acme/web/-/settings"),
    ("/organization/acme", "/acme"),
    ("/organization/acme?tab=repos", "/acme"),
    ("/organization/acme?tab=Repositories", "/acme"),
    ("/organization/acme?tab=teams", "/acme/-/teams"),
    ("/organization/acme?tab=Teamsandmembership", "/acme/-/teams"),
    ("/organization/acme?tab=robots", "/acme/-/robots"),
    ("/organization/acme?tab=Robotaccounts", "/acme/-/robots"),
    ("/organization/acme?tab=default", "/acme/-/defaults"),
    ("/organization/acme?tab=Defaultpermissions", "/acme/-/defaults"),
    ("/organization/acme?tab=applications", "/acme/-/applications"),
    ("/organization/acme?tab=OAuthApplications", "/acme/-/applications"),
    ("/organization/acme?tab=logs", "/acme/-/logs"),
    ("/organization/acme?tab=mirroring", "/acme/-/mirror"),
    ("/organization/acme?tab=settings", "/acme/-/settings"),
    ("/organization/acme?tab=external", "/acme/-/logins"),
    ("/organization/acme/teams/owners", "/acme/-/teams/owners"),
    ("/organization/acme/application/AB12", "/acme/-/applications/AB12"),
    ("/organization/acme/else/where", ""),
    ("/user/alice", "/alice"),
    ("/user/alice?tab=robots", "/alice/-/robots"),
    ("/user/alice?tab=settings", "/-/account"),
    ("/superuser", "/-/admin/"),
    ("/superuser?tab=users", "/-/admin/users"),
    ("/superuser?tab=organizations", "/-/admin/orgs"),
    ("/superuser?tab=servicekeys", "/-/admin/keys"),
    ("/superuser?tab=logs", "/-/admin/logs"),
    ("/superuser?tab=message-of-the-day", "/-/admin/messages"),
    ("/superuser?tab=super-user-build-logs", "/-/admin/builds"),
    ("/superuser?tab=change-log", "/-/admin/changes"),
    ("/service-keys", "/-/admin/keys"),
    ("/usage-logs", "/-/admin/logs"),
    ("/messages", "/-/admin/messages"),
    ("/build-logs", "/-/admin/builds"),
    ("/change-log", "/-/admin/changes"),
    ("/acme/web:1.0.0", "/acme/web/-/tags/1.0.0"),
    ("/acme/team/web:1.0.0", "/acme/team/web/-/tags/1.0.0"),
    (f"/acme/web@{_DIGEST}", f"/acme/web/-/manifests/{_DIGEST}"),
    ("/acme/web@nothing", ""),
    ("/acme/web", ""),
    ("/repository//evil.example.com/x", ""),
    ("/repository/\\evil/x", "/%5Cevil/x"),
    ("/repository/a b/c?d", "/a%20b/c"),
]


@pytest.mark.parametrize(("old", "new"), LINKS)
def test_links(old: str, new: str) -> None:
    path, _, query = old.partition("?")
    fields = dict(part.partition("=")[::2] for part in query.split("&") if part)
    assert new_address(path, fields, "hub.example.com") == new


def test_no_link_leaves_this_server() -> None:
    for old, _ in LINKS:
        found = new_address(old.partition("?")[0], {"tab": "//x", "tag": "//x"}, "hub.example.com")
        assert not found or (found.startswith("/") and not found.startswith(("//", "/\\"))), old


def test_every_word_at_the_root_is_reserved() -> None:
    tables = (*CONSOLE, *QUAY, *OPS, *CHARTMUSEUM, *HUB)
    words = {route.template.split("/")[1] for route in tables}
    assert {word for word in words if is_namespace(word)} <= RESERVED


def test_where_a_namespace_is() -> None:
    assert namespace_path("acme") == "/acme"
    assert namespace_path("search") == "/organization/search"
