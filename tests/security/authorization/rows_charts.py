"""Charts: what administrators of a namespace ask of those that are pushed."""

from __future__ import annotations

from .rows import LOGGED_IN, Row, answers, shows, who

_ORGANIZATION = "/api/v1/organization/{organization}/chartpolicy"
_ACME = "/api/v1/organization/acme/chartpolicy"
_OWN = "/api/v1/user/chartpolicy"
_ADMINS = who("admin", scopes="org:admin")
_REFUSE = {"action": "refuse", "severity": "error", "exempt": ["missing-icon"]}
_KEPT = shows("SELECT action FROM chart_policy", ("refuse",))

ROWS = (
    Row(
        "GET",
        _ORGANIZATION,
        _ACME,
        _ADMINS | {"observer"},
        proof=answers(lambda found: found == {"action": "off", "severity": "warning", "exempt": []}),
    ),
    Row("PUT", _ORGANIZATION, _ACME, _ADMINS, body=_REFUSE, proof=_KEPT),
    Row("GET", _OWN, _OWN, LOGGED_IN | who(scopes="user:admin")),
    Row("PUT", _OWN, _OWN, LOGGED_IN | who(scopes="user:admin"), body=_REFUSE, proof=_KEPT),
)
