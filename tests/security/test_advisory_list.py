"""No advisory is forgotten: each is named by a test, or waits for its feature and is printed as pending."""

from __future__ import annotations

import re
from pathlib import Path

from .advisories import NAMED, PENDING

_TESTS = Path(__file__).parent


def test_each_advisory_has_a_test_of_its_name() -> None:
    names = {
        name.replace("_", "-")
        for path in _TESTS.rglob("test_*.py")
        for name in re.findall(
            r"^(?:async )?def test_((?:cve_\d+_\d+|ghsa(?:_\w{4}){3}))_", path.read_text(), re.MULTILINE
        )
    }
    assert names >= {advisory.lower() for advisory in NAMED}
    assert not names & {advisory.lower() for advisory in PENDING}, "what has a test waits no more"
    assert names <= {advisory.lower() for advisory in NAMED}, "name it in NAMED"
