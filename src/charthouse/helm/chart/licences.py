"""Under which licence a chart is, as far as it says so."""

from __future__ import annotations

import re

from .facts import Metadata, Text

_ANNOTATIONS = ("artifacthub.io/license", "licenses", "license", "org.opencontainers.image.licenses")
_HEAD = 2000  # characters of a licence in which its name stands
_KNOWN = (
    ("Apache-2.0", r"apache license\s+version 2\.0"),
    ("AGPL-3.0", r"gnu affero general public license\s+version 3"),
    ("LGPL-3.0", r"gnu lesser general public license\s+version 3"),
    ("GPL-3.0", r"gnu general public license\s+version 3"),
    ("GPL-2.0", r"gnu general public license\s+version 2"),
    ("MPL-2.0", r"mozilla public license,? version 2\.0"),
    ("MIT", r"mit license|permission is hereby granted, free of charge, to any person"),
    ("BSD-3-Clause", r"bsd 3-clause"),
    ("BSD-2-Clause", r"bsd 2-clause"),
    ("ISC", r"isc license"),
    ("Unlicense", r"this is free and unencumbered software"),
)


def licence(metadata: Metadata, text: Text | None) -> str:
    """Return the SPDX name that an annotation gives, or that the licence's text is known by, or an empty text."""
    for name in _ANNOTATIONS:
        if said := metadata.annotations.get(name, "").strip():
            return said[:200]
    if text is not None:
        head = " ".join(text.text[:_HEAD].lower().split())
        for name, pattern in _KNOWN:
            if re.search(pattern, head):
                return name
    return ""
