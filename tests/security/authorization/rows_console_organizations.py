"""The console's pages about keyrings, and about an organization's settings."""

from __future__ import annotations

from urllib.parse import quote_plus

from tests.support.public_keys import RELEASE_FINGERPRINT, RELEASE_KEY

from .console import form_row, page_row, says
from .rows import Row, shows, who
from .rows_keyrings import OTHER

MEMBERS = who("member", "creator", "admin", "observer")
ADMINS = who("admin")
SEES = who("admin", "observer")
_KEYS, _SETTINGS = "/{organization}/-/keyrings", "/{organization}/-/settings"
_OF = "SELECT fingerprint FROM keyring_key JOIN account ON account.id = {} WHERE name = '{}' ORDER BY 1"
_ACME_KEYS = _OF.format("namespace_id", "acme")
_OWN_KEYS = _OF.format("namespace_id", "admin")
_POLICIES = "SELECT pattern FROM immutability_policy WHERE repository_id IS NULL ORDER BY 1"

ROWS: tuple[Row, ...] = (
    page_row(_KEYS, "/acme/-/keyrings", MEMBERS, says(OTHER)),
    page_row(_KEYS, "/admin/-/keyrings", ADMINS, says(OTHER)),
    form_row(
        _KEYS,
        "/acme/-/keyrings",
        ADMINS,
        f"armored={quote_plus(RELEASE_KEY)}",
        shows(_ACME_KEYS, (RELEASE_FINGERPRINT,), (OTHER,)),
    ),
    form_row(f"{_KEYS}/remove", "/admin/-/keyrings/remove", ADMINS, f"fingerprint={OTHER}", shows(_OWN_KEYS)),
    page_row(f"{_KEYS}/keyring.gpg", "/acme/-/keyrings/keyring.gpg", MEMBERS),
    page_row(_SETTINGS, "/acme/-/settings", SEES, says("acme@example.com")),
    form_row(
        _SETTINGS,
        "/acme/-/settings",
        ADMINS,
        "email=new@example.com",
        shows("SELECT email FROM account WHERE name = 'acme'", ("new@example.com",)),
    ),
    form_row(
        f"{_SETTINGS}/charts",
        "/acme/-/settings/charts",
        ADMINS,
        "action=refuse&severity=error&exempt=",
        shows("SELECT action, severity FROM chart_policy", ("refuse", "error")),
    ),
    form_row(
        f"{_SETTINGS}/immutability",
        "/acme/-/settings/immutability",
        ADMINS,
        "pattern=final&matches=yes",
        shows(_POLICIES, ("final",), ("never-.*",)),
    ),
    form_row(
        f"{_SETTINGS}/immutability/remove",
        "/acme/-/settings/immutability/remove",
        ADMINS,
        "uuid={organization_policy}",
        shows(_POLICIES),
    ),
    form_row(
        f"{_SETTINGS}/delete",
        "/acme/-/settings/delete",
        ADMINS,
        "confirm=acme",
        shows("SELECT count(*) FROM account WHERE name = 'acme'", (0,)),
    ),
)
