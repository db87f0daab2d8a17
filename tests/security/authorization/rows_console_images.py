"""The console: tags, manifests, their labels and history."""

from __future__ import annotations

from .console import form_row, page_row, says
from .rows import Row, shows
from .rows_console import READERS, WRITERS
from .rows_tags import digest_pushed

_V1 = digest_pushed("v1")
_MANIFEST = "/{repository}/-/manifests/{digest}"
_LABELS = "SELECT key FROM label ORDER BY key"

ROWS: tuple[Row, ...] = (
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
)
