"""Pages tell of the pulls of charts only where the REST API does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser.pusher import Pusher
from tests.support.packages import package
from tests.support.server import serving

_TOLD = "<dt>Pulls</dt>"
_COLUMN = 'Pulls</th><th scope="col">Signature</th>'


@pytest.mark.parametrize("counted", [True, False])
def test_pulls_of_a_chart(tmp_path: Path, counted: bool) -> None:
    settings = {"QUAY_OVERRIDE_CONFIG": json.dumps({"FEATURE_IMAGE_PULL_STATS": counted})}
    with serving(tmp_path / "data", environment=settings) as server:
        server.create_organization("acme")
        chart = {"apiVersion": "v2", "name": "web", "version": "1.0.0"}
        Pusher(server, server.admin, "acme/web").chart("1.0.0", chart, package("web", "1.0.0", {}))
        server.set_visibility("acme/web", "public")
        for path, words in (("/acme/web", _COLUMN), ("/acme/web/-/tags/1.0.0", _TOLD)):
            answer = server.request("GET", path, headers={"Accept": "text/html"})
            assert answer.status == 200
            assert (words in answer.body.decode()) is counted
