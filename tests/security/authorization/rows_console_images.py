"""The console: tags, manifests, their labels and history."""

from __future__ import annotations

from collections.abc import Set

from .console import form_row, page_row, says
from .rows import Proof, Row, shows
from .rows_console import READERS, WRITERS
from .rows_tags import digest_pushed

_V1, _V2 = digest_pushed("v1"), digest_pushed("v2")
_TAGS, _AT = "/{repository}/-/tags", "/acme/app/-/tags"
_MANIFEST = "/{repository}/-/manifests/{digest}"
_LABELS = "SELECT key FROM label ORDER BY key"
_APP = "JOIN repository ON repository_id = repository.id WHERE path = 'acme/app'"
_LOOKERS = WRITERS | {"observer"}
"""Those who see what writers see."""


def _tags(condition: str, *names: str) -> Proof:
    query = f"SELECT name FROM tag {_APP} AND ({condition}) ORDER BY name"  # noqa: S608 -- our own words
    return shows(query, *((name,) for name in names))


def _batch(tail: str, form: str, proof: Proof) -> Row:
    return form_row(f"{_TAGS}/{tail}", f"{_AT}/{tail}", WRITERS, form, proof)


def _setting(tail: str, form: str, proof: Proof, allowed: Set[str] = WRITERS) -> Row:
    return form_row(f"{_TAGS}/{{tag}}/settings/{tail}", f"{_AT}/v1/settings/{tail}", allowed, form, proof)


ROWS: tuple[Row, ...] = (
    page_row(_TAGS, _AT, READERS, says("v1", "v2")),
    form_row(
        _TAGS + "/review",
        _AT + "/review",
        WRITERS,
        "act=delete&tag=v1",
        says("v1", _V1[:19]),
        status=200,
        changes=False,
    ),
    _batch("delete", "tag=v1&tag=v2", _tags("name LIKE 'v_'")),
    _batch("expire", "tag=v1&tag=v2&date=2090-01-01", _tags("expires_ms IS NOT NULL", "v1", "v2")),
    page_row(_TAGS + "/{tag}", f"{_AT}/v1", READERS, says("sha256:")),
    page_row(_TAGS + "/{tag}/settings", f"{_AT}/v1/settings", _LOOKERS, says(_V1)),
    _setting("add", "name=v3", _tags("name = 'v3'", "v3")),
    _setting("move", f"target={_V2}", shows(f"SELECT name FROM tag_history {_APP}", ("v1",))),  # noqa: S608 -- our own words
    _setting("expire", "date=2090-01-01", _tags("expires_ms IS NOT NULL", "v1")),
    _setting("protect", "immutable=yes", _tags("immutable", "v1")),
    _setting("delete", "", _tags("name = 'v1'")),
    page_row(_MANIFEST, f"/acme/app/-/manifests/{_V1}", READERS, says(_V1, "tier")),
    form_row(
        _MANIFEST + "/labels",
        f"/acme/app/-/manifests/{_V1}/labels",
        WRITERS,
        "key=owner&value=crew",
        shows(_LABELS, ("owner",), ("tier",)),
    ),
    form_row(
        _MANIFEST + "/labels/delete",
        f"/acme/app/-/manifests/{_V1}/labels/delete",
        WRITERS,
        "label={label}",
        shows(_LABELS),
    ),
    page_row("/{repository}/-/history", "/acme/app/-/history", READERS, says("v1")),
    page_row(
        "/{repository}/-/restore",
        f"/acme/app/-/restore?tag=v1&digest={_V2}",
        _LOOKERS,
        says(_V1, _V2),
    ),
    form_row(
        "/{repository}/-/restore",
        "/acme/app/-/restore",
        WRITERS,
        f"tag=v1&digest={_V2}",
        _tags("restored", "v1"),
    ),
)
