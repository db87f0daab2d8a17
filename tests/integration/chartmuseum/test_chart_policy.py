"""An organization's policy holds for uploads by ChartMuseum's API as for pushes."""

from __future__ import annotations

import pytest

from tests.support.server import Server

from .museum import Museum, chart, error


@pytest.fixture
def museum(server: Server) -> Museum:
    return Museum.new(server)


def _ask(server: Server, museum: Museum, action: str) -> None:
    organization = museum.level.partition("/")[0]
    path = f"/api/v1/organization/{organization}/chartpolicy"
    server.api("PUT", path, {"action": action, "severity": "info"}, server.admin)


def test_refused_with_every_finding_and_nothing_stored(server: Server, museum: Museum) -> None:
    _ask(server, museum, "refuse")
    status, text = error(museum.upload(chart("web", "1.0.0")))
    assert status == 400
    assert all(rule in text for rule in ("readme-missing", "license-missing", "icon-missing"))
    assert museum.manifest("web", "1.0.0").status == 404


def test_stored_and_told(server: Server, museum: Museum) -> None:
    _ask(server, museum, "warn")
    answer = museum.upload(chart("web", "1.0.0"))
    assert (answer.status, answer.json()) == (201, {"saved": True})
    assert answer.headers["warning"].startswith('299 - "')
    _ask(server, museum, "off")
    assert "warning" not in museum.upload(chart("web", "1.1.0")).headers
