"""Packages whose paths lead out of the chart: refused where they are posted, and nothing is written."""

from __future__ import annotations

import tarfile

import pytest

from tests.integration.chartmuseum.museum import Museum
from tests.support.server import Server
from tests.unit.helm.packages import CHART_YAML, archive, entry

CHART = entry("web/Chart.yaml", CHART_YAML)


@pytest.mark.parametrize(
    "evil",
    [
        entry("web/../../evil", b"x"),
        entry("../evil", b"x"),
        entry("/tmp/evil", b"x"),  # noqa: S108 -- what an attacker would write to
        entry("web//tmp/evil", b"x"),
        entry("web\\..\\..\\evil", b"x"),
        entry("web/c:/evil", b"x"),
        entry("web/out", kind=tarfile.SYMTYPE, linkname="../../evil") + entry("web/out/evil", b"x"),
        entry("web/out", kind=tarfile.LNKTYPE, linkname="/etc/passwd"),
    ],
)
def test_cve_2019_1000009_paths_of_packages_lead_nowhere(server: Server, evil: bytes) -> None:
    museum = Museum.new(server)
    answer = museum.upload(archive(CHART, evil))
    assert answer.status == 400, answer.body
    assert "evil: " in answer.json()["error"] or "web/out: " in answer.json()["error"], answer.body
    assert museum.charts() == {}
    assert not [path for path in server.data.rglob("*evil*") if path.is_file()]
