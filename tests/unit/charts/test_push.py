"""The manifest with a provenance file that comes later is the one that a push with it at once writes."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from charthouse.helm.chart.facts import Maintainer, Metadata
from charthouse.helm.chart.push import artifact, with_provenance

PACKAGE = ("sha256:" + "7" * 64, 1234)
CREATED = datetime(2026, 11, 21, 15, 0, 1, tzinfo=UTC)
METADATA = Metadata(
    name="web",
    version="1.0.0+b1",
    api_version="v2",
    description="<b> & more",
    maintainers=[Maintainer(name="ann", email="ann@example.org")],
    annotations={"z": "1", "a": "2"},
)


@pytest.mark.parametrize("digit", "0f")
def test_a_later_provenance_makes_the_manifest_of_a_push_with_it(digit: str) -> None:
    provenance = ("sha256:" + digit * 64, 99)
    bare = artifact(METADATA, PACKAGE, None, CREATED)
    whole = artifact(METADATA, PACKAGE, provenance, CREATED)
    assert with_provenance(bare.manifest, provenance) == whole.manifest
    other = artifact(METADATA, PACKAGE, ("sha256:" + "5" * 64, 3), CREATED)
    assert with_provenance(other.manifest, provenance) == whole.manifest


def test_what_else_a_manifest_says_stays() -> None:
    document = msgspec.json.decode(artifact(METADATA, PACKAGE, None, CREATED).manifest)
    document["annotations"]["org.example.mine"] = "kept"
    kept = msgspec.json.decode(with_provenance(msgspec.json.encode(document), ("sha256:" + "0" * 64, 9)))
    assert kept["annotations"] == document["annotations"]
    assert len(kept["layers"]) == 2
