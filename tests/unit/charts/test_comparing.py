"""Whether a provenance is of the chart that it lies beside."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from charthouse.helm.chart.comparing import Comparison, disagreement, handle

CHART = {"apiVersion": "v2", "name": "web", "version": "1.0.0+a", "appVersion": "010", "keywords": ["yes"]}
DIGEST = "sha256:" + "0" * 64
TEXT = (
    'apiVersion: v2\nappVersion: "010"\nkeywords:\n- "yes"\nname: web\nversion: 1.0.0+a\n\n'
    f"...\nfiles:\n  web-1.0.0+a.tgz: {DIGEST}"
)


def said(signed: str = TEXT, **changes: Any) -> str:
    parts: dict[str, Any] = {"provenance": b"", "text": signed.encode(), "package": DIGEST}
    return disagreement(Comparison(**{**parts, "config": json.dumps(CHART).encode(), **changes}))


def test_one_that_is() -> None:
    assert said() == ""
    assert said(TEXT.replace("\n", "\r\n")) == ""
    assert said(TEXT + "\nengine: gotpl\n") == ""
    request = Comparison(
        provenance=b"", text=TEXT.encode(), package=DIGEST, config=json.dumps(CHART).encode()
    )
    assert msgspec.msgpack.decode(handle(msgspec.msgpack.encode(request)), type=str) == ""


def test_one_whose_signature_nobody_knows_speaks_for_itself() -> None:
    begin, sign, end = "BEGIN PGP SIGNED MESSAGE", "BEGIN PGP SIGNATURE", "END PGP SIGNATURE"
    escaped = TEXT.replace("\n- ", "\n- - ")
    whole = f"-----{begin}-----\nHash: SHA512\n\n{escaped}\n-----{sign}-----\n\nx\n-----{end}-----\n"
    assert said(text=None, provenance=whole.encode()) == ""
    assert "not for this chart" in said(text=None, provenance=whole.replace("web", "api").encode())
    assert "clear-signed" in said(text=None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"package": "sha256:" + "1" * 64}, "not the one that was signed"),
        ({"text": TEXT.replace("web-", "x-").encode()}, "names no package web-1.0.0+a.tgz"),
        ({"text": TEXT.replace("1.0.0+a\n", "1.0.1\n").encode()}, "it is for web 1.0.1"),
        ({"text": TEXT.replace('"010"', "010").encode()}, "something else than was signed: appVersion"),
        ({"text": b"\xff"}, "utf-8"),
        ({"text": b"name: web"}, "no line `...`"),
        ({"config": b"{"}, "can't be read"),
        ({"config": b"[]"}, "can't be read"),
        ({"config": b"{}"}, "not for this chart"),
        ({"config": b"[" * 200_000}, "can't be read"),
    ],
)
def test_one_that_is_not(changes: dict[str, Any], reason: str) -> None:
    assert reason in said(**changes)
