"""Browsers, by what they call themselves."""

from __future__ import annotations

import pytest

from charthouse.console.agents import program_of, system_of

_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "program", "system"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Chrome/142.0 Safari/537.36", "Chrome", "Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {_KIT} Chrome/142.0 Safari/537.36 Edg/142.0", "Edge", "Windows"),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) {_KIT} Version/18.0 Safari/605.1",
            "Safari",
            "macOS",
        ),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {_KIT} Safari/604.1", "Safari", "iOS"),
        (f"Mozilla/5.0 (Linux; Android 15) {_KIT} Chrome/142.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
        ("curl/8.5.0", "curl", ""),
        ("", "", ""),
        ("<script>", "", ""),
    ],
)
def test_names(agent: str, program: str, system: str) -> None:
    assert (program_of(agent), system_of(agent)) == (program, system)
