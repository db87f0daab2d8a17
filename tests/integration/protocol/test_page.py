"""docs/reference/protocol.md names only tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "reference" / "protocol.md"


def test_page_names_tests_that_there_are() -> None:
    there = {file.name for file in HERE.glob("test_*.py")}
    for file in HERE.glob("test_*.py"):
        there.update(re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE))
    named = set(re.findall(r"`(test_[\w.]+)`", PAGE.read_text()))
    assert len(named) > 50
    assert named <= there, named - there
