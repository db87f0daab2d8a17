"""Every page of the console, where the harbour has it: what axe, the pictures and the sweeps walk through.

A page's row stands with its area's; a page that looks otherwise to somebody else, or when empty, has a row for each.
"""

from __future__ import annotations

from dataclasses import dataclass

from charthouse.console.routes.old_links import ROUTES as OLD_LINKS


@dataclass(frozen=True)
class Shown:
    """A page as it is opened.

    ``person`` is one of the harbour's, "" a stranger; ``picture`` names its file. What stands in braces in ``address`` is
    of the harbour's ``ids``.
    """

    operation: str
    address: str
    person: str
    picture: str

    def __str__(self) -> str:
        return self.picture


HOME = (
    Shown("console.home", "/", "alice", "home"),
    Shown("console.home", "/", "", "home-stranger"),
    Shown("console.search", "/search?q=a", "alice", "search"),
    Shown("console.search", "/search?q=nothing-like-this", "alice", "search-empty"),
    Shown("console.about", "/-/about", "", "about"),
)
ACCOUNT = (
    Shown("console.sign_in", "/signin", "", "sign-in"),
    Shown("console.sign_up", "/createaccount", "", "sign-up"),
    Shown("console.new_organization", "/organizations/new/", "alice", "organization-new"),
    Shown("console.start", "/alice/-/start", "alice", "start"),
    Shown("console.start", "/acme/-/start", "alice", "start-pushed"),
    Shown("console.account", "/-/account", "alice", "account"),
    Shown("console.account_password", "/-/account/password", "alice", "account-password"),
    Shown("console.account_tokens", "/-/account/tokens", "alice", "account-tokens"),
    Shown("console.account_applications", "/-/account/applications", "harbourmaster", "account-applications"),
    Shown("console.account_applications", "/-/account/applications", "alice", "account-applications-empty"),
    Shown("console.account_sessions", "/-/account/sessions", "alice", "account-sessions"),
    Shown("console.verify", "/-/verify?back=/", "alice", "verify"),
)
ORGANIZATIONS = (
    Shown("console.teams", "/acme/-/teams", "alice", "teams"),
    Shown("console.teams", "/acme/-/teams", "bob", "teams-member"),
    Shown("console.team", "/acme/-/teams/crew", "alice", "team"),
    Shown("console.team", "/acme/-/teams/crew", "bob", "team-member"),
    Shown("console.members", "/acme/-/members", "alice", "members"),
    Shown("console.members", "/acme/-/members?of=outside", "alice", "members-outside"),
    Shown("console.member", "/acme/-/members/bob", "alice", "member"),
    Shown("console.defaults", "/acme/-/defaults", "alice", "defaults"),
    Shown("console.defaults", "/acme/-/defaults", "observer", "defaults-observer"),
    Shown("console.applications", "/acme/-/applications", "alice", "applications"),
    Shown("console.application", "/acme/-/applications/{application}", "alice", "application"),
    Shown("console.application", "/acme/-/applications/{application}", "observer", "application-observer"),
    Shown("console.keyrings", "/acme/-/keyrings", "alice", "keyring"),
    Shown("console.keyrings", "/acme/-/keyrings", "bob", "keyring-member"),
    Shown("console.keyrings", "/bob/-/keyrings", "bob", "keyring-empty"),
    Shown("console.organization_settings", "/acme/-/settings", "alice", "organization-settings"),
    Shown("console.organization_settings", "/acme/-/settings", "observer", "organization-settings-observer"),
    Shown("console.robots", "/acme/-/robots", "alice", "robots"),
    Shown("console.robots", "/bob/-/robots", "bob", "robots-empty"),
    Shown("console.robot", "/acme/-/robots/pipeline", "alice", "robot"),
    Shown("console.robot", "/acme/-/robots/pipeline", "observer", "robot-observer"),
)
REPOSITORIES = (
    Shown("console.namespace", "/acme", "alice", "organization"),
    Shown("console.namespace", "/alice", "alice", "organization-empty"),
    Shown("console.new", "/new/?namespace=acme", "alice", "new-repository"),
    Shown("console.repository", "/acme/open", "alice", "repository"),
    Shown("console.repository", "/acme/app", "alice", "repository-image"),
    Shown("console.repository", "/acme/notes", "alice", "repository-artifact"),
    Shown("console.repository", "/acme/empty", "alice", "repository-empty"),
    Shown("console.description", "/acme/open/-/description", "alice", "description"),
    Shown("console.repository_settings", "/acme/app/-/settings", "alice", "repository-settings"),
    Shown("console.repository_settings", "/acme/app/-/settings", "observer", "repository-settings-observer"),
)
_WEB = "/acme/web/-/tags/1.1.0"
CHARTS = (
    Shown("console.repository", "/acme/web", "alice", "chart-versions"),
    Shown("console.tag", _WEB, "alice", "chart"),
    Shown("console.chart_values", f"{_WEB}/values", "alice", "chart-values"),
    Shown("console.chart_values", f"{_WEB}/values?as=yaml", "alice", "chart-values-yaml"),
    Shown("console.chart_values", f"{_WEB}/values?q=nothing", "alice", "chart-values-empty"),
    Shown("console.chart_schema", f"{_WEB}/schema", "alice", "chart-schema"),
    Shown("console.chart_templates", f"{_WEB}/templates", "alice", "chart-templates"),
    Shown("console.chart_files", f"{_WEB}/files?path=README.md", "alice", "chart-files"),
    Shown("console.compare_choice", "/acme/web/-/compare", "alice", "chart-compare-choice"),
    Shown("console.compare", "/acme/web/-/compare/1.0.0...1.1.0", "alice", "chart-compare"),
)
_NOTES = "sha256:9fa9e76afa1e05eff76e1a05634b4296076e841d870321c8706fc55ad337fc53"
"""The digest of the manifest in ``acme/notes``."""
IMAGES = (
    Shown("console.tags", "/acme/app/-/tags", "alice", "tags"),
    Shown("console.tag", "/acme/app/-/tags/v2", "alice", "tag-platforms"),
    Shown("console.tag", "/acme/app/-/tags/v3", "alice", "tag"),
    Shown("console.tag", "/acme/notes/-/tags/2026", "alice", "tag-artifact"),
    Shown("console.manifest", f"/acme/notes/-/manifests/{_NOTES}", "alice", "manifest"),
    Shown("console.tags", "/acme/empty/-/tags", "alice", "tags-empty"),
    Shown("console.tag_settings", "/acme/app/-/tags/v3/settings", "alice", "tag-settings"),
    Shown("console.history", "/acme/app/-/history", "alice", "history"),
    Shown("console.restore", f"/acme/notes/-/restore?tag=older&digest={_NOTES}", "alice", "restore"),
)
ADMINISTRATION = (
    Shown("console.admin.registry", "/-/admin/", "harbourmaster", "admin"),
    Shown("console.admin.users", "/-/admin/users", "harbourmaster", "admin-users"),
    Shown("console.admin.users", "/-/admin/users?q=nobody-at-all", "observer", "admin-users-empty"),
    Shown("console.admin.user", "/-/admin/users/bob", "harbourmaster", "admin-user"),
    Shown("console.admin.user", "/-/admin/users/bob", "observer", "admin-user-observer"),
    Shown("console.admin.orgs", "/-/admin/orgs", "harbourmaster", "admin-organizations"),
    Shown("console.admin.org", "/-/admin/orgs/acme", "harbourmaster", "admin-organization"),
    Shown("console.admin.keys", "/-/admin/keys", "harbourmaster", "admin-keys"),
    Shown("console.admin.key", "/-/admin/keys/harbour-scanner", "harbourmaster", "admin-key"),
    Shown("console.admin.messages", "/-/admin/messages", "harbourmaster", "admin-messages"),
)

REFUSALS = (
    Shown("console.unknown", "/acme/nothing", "alice", "missing"),
    Shown("console.unknown", "/acme/app", "carol", "hidden"),
)
"""Pages that say why not: they belong to no route."""

AREAS = {
    "The first page and search": HOME,
    "Accounts": ACCOUNT,
    "Organizations": ORGANIZATIONS,
    "Repositories": REPOSITORIES,
    "Charts": CHARTS,
    "Images and other artifacts": IMAGES,
    "Administration": ADMINISTRATION,
    "Refusals": REFUSALS,
}
PAGES: tuple[Shown, ...] = tuple(shown for area in AREAS.values() for shown in area)

NO_PAGES = {
    "console.first_user": "leads to the first page where there are users; test_first_user.py opens it",
    "console.asset": "sends a style sheet, a script or a picture",
    "console.chart_raw": "sends a file of a chart",
    "console.keyring_file": "sends a keyring as a file",
    "console.robot_file": "sends what a robot logs in with as a file",
    "console.suggestions": "names repositories for a script; test_search.py asks it",
    "console.opensearch": "tells browsers how to search; test_old_links.py reads it",
    **{route.operation: "leads an old address on; test_old_links.py opens some" for route in OLD_LINKS},
}
"""What answers GET and is no page of its own, with what it is: a redirect, a download, a file."""
