"""What can be brought back, until when, and why not."""

from __future__ import annotations

import msgspec

from charthouse.ports.tag_lists import ManifestFacts
from charthouse.services.registry.tag_timeline import Restorable, Return, verdict_of

_NOW, _WINDOW = 1_000_000, 1000
_HELD = ManifestFacts("", "", "", 0, 1, (), b"", live=True)
_LOOSE = msgspec.structs.replace(_HELD, tags=0)


def verdict(facts: ManifestFacts | None, held_ms: int | None) -> Restorable:
    return verdict_of("sha256:0", facts, held_ms, _NOW, _WINDOW)


def test_what_a_tag_holds_stays_possible() -> None:
    assert verdict(_HELD, None) == Restorable(Return.POSSIBLE, "sha256:0")
    assert verdict(_HELD, 0) == Restorable(Return.POSSIBLE, "sha256:0")


def test_what_no_tag_holds_is_possible_until_the_window_has_passed() -> None:
    assert verdict(_LOOSE, _NOW - 999) == Restorable(Return.POSSIBLE, "sha256:0", _NOW + 1)
    assert verdict(_LOOSE, _NOW - 1000) == Restorable(Return.PASSED, "sha256:0")
    assert verdict(_LOOSE, None) == Restorable(Return.PASSED, "sha256:0")


def test_what_is_gone_is_gone() -> None:
    assert verdict(None, _NOW) == Restorable(Return.COLLECTED, "sha256:0")
