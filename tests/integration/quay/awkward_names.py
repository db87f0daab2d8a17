"""Names of repositories that look like parts of an address; every route of a repository must work for each."""

from __future__ import annotations

import pytest

NAMES = (
    "web", "tag", "manifest", "permissions", "user", "starred", "repository", "changevisibility", "labels",
    "a/tag/b", "tag/tag", "manifest/tag", "a/manifest/b", "permissions/user", "a/permissions/team/b", "x/changestate",
    "1", "a.b_c-d", "a__b",
)  # fmt: skip

awkward = pytest.mark.parametrize("name", NAMES)
"""Runs a test for each of the names, as ``name``."""
