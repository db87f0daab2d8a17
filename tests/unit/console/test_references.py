"""References that people paste, and descriptions in one line."""

from __future__ import annotations

import pytest

from charthouse.console.markdown import plain_text
from charthouse.console.references import read_reference

_HOST = "hub.example.com:8443"
_DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("team/web", "/team/web"),
        ("team/sub/web", "/team/sub/web"),
        ("team/web:1.2.3", "/team/web/-/tags/1.2.3"),
        (f"team/web@{_DIGEST}", f"/team/web/-/manifests/{_DIGEST}"),
        (f"team/web:1.2.3@{_DIGEST}", f"/team/web/-/manifests/{_DIGEST}"),
        (f"oci://{_HOST}/team/web:1.2.3", "/team/web/-/tags/1.2.3"),
        (f"{_HOST}/team/web", "/team/web"),
        (f"docker://{_HOST}/team/web@{_DIGEST}", f"/team/web/-/manifests/{_DIGEST}"),
        ("web", ""),
        ("", ""),
        ("team/web:", ""),
        ("team/web@", ""),
        ("team/web:..", ""),
        ("team/web@sha256:12", ""),
        ("Team/Web", ""),
        ("elsewhere.example.com:5000/team/web", ""),
        ("javascript:alert(1)", ""),
        ("//example.com/x", ""),
    ],
)
def test_references(text: str, address: str) -> None:
    found = read_reference(text, _HOST)
    assert (found.address if found else "") == address


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("# Web\n\nServes **pages**, `quickly`.", "Serves pages, quickly."),
        ("# Only a heading", "Only a heading"),
        ("See [the site](https://example.com) and ![x](y.png)", "See the site and x"),
        ("uses snake_case and _this_ ", "uses snake_case and this"),
        ("word " * 100, ("word " * 40).rstrip() + "…"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert plain_text(text) == line
