"""Tags, manifests and labels, through Quay's SDK."""

from __future__ import annotations

import json
import time

import pytest
import quayio_sdk

from tests.clients.conftest import Image
from tests.support.layouts import read_blobs
from tests.support.server import Server

from .conftest import Push, Quay, answer, refusal


@pytest.fixture(params=["cargo", "tag", "deep/tag/cargo"])
def repository(quay: Quay, organization: str, push: Push, request: pytest.FixtureRequest) -> str:
    """A repository with tag 1, also of names that look like a part of the address."""
    name = f"{organization}/{request.param}"
    push(f"{name}:1")
    return name


def test_tags_are_listed_by_page_and_by_name(quay: Quay, repository: str, image: Image, push: Push) -> None:
    push(f"{repository}:2")
    push(f"{repository}:latest")
    listed = answer(quay.tag.list_repo_tags, repository, only_active_tags=True)
    assert {tag["name"]: tag["manifest_digest"] for tag in listed["tags"]} == dict.fromkeys(
        ("1", "2", "latest"), image.digest
    )
    assert listed["has_additional"] is False
    pages = [
        answer(quay.tag.list_repo_tags, repository, only_active_tags=True, limit=2, page=page)
        for page in (1, 2)
    ]
    assert [(page["page"], len(page["tags"]), page["has_additional"]) for page in pages] == [
        (1, 2, True),
        (2, 1, False),
    ]
    assert len({tag["name"] for page in pages for tag in page["tags"]}) == 3
    for condition in ({"specific_tag": "latest"}, {"filter_tag_name": "like:test"}):
        (only,) = answer(quay.tag.list_repo_tags, repository, only_active_tags=True, **condition)["tags"]
        assert only["name"] == "latest"


def test_a_deleted_tag_comes_back(quay: Quay, server: Server, repository: str, image: Image) -> None:
    assert answer(quay.tag.delete_full_tag, repository, "1") is None
    assert tags_to_pull(server, repository) == []
    assert refusal(quay.tag.delete_full_tag, repository, "1") == 404
    assert answer(quay.tag.list_repo_tags, repository, only_active_tags=True)["tags"] == []
    (past,) = answer(quay.tag.list_repo_tags, repository, only_active_tags=False)["tags"]
    assert past["end_ts"] >= past["start_ts"]
    quay.tag.restore_tag(repository, "1", quayio_sdk.RestoreTag(manifest_digest=image.digest))
    assert tags_to_pull(server, repository) == ["1"]
    restored, _ = answer(quay.tag.list_repo_tags, repository)["tags"]
    assert (restored["manifest_digest"], restored["reversion"]) == (image.digest, True)


def test_a_tag_is_made_from_a_manifest_and_ends_in_time(
    quay: Quay, server: Server, repository: str, image: Image
) -> None:
    # The SDK's own ChangeTag has no fields: Quay's description gives it alternatives, which its generator dropped.
    assert answer(quay.tag.change_tag, repository, "2", {"manifest_digest": image.digest}) == "Updated"
    assert tags_to_pull(server, repository) == ["1", "2"]
    end = int(time.time()) + 7200
    assert answer(quay.tag.change_tag, repository, "2", {"expiration": end}) == "Updated"
    (ending,) = answer(quay.tag.list_repo_tags, repository, specific_tag="2", only_active_tags=True)["tags"]
    assert ending["end_ts"] == end
    assert refusal(quay.tag.change_tag, repository, "2", {"expiration": end - 10_000}) == 400
    assert refusal(quay.tag.change_tag, repository, "3", {"manifest_digest": "sha256:" + "0" * 64}) == 404


def test_a_manifest_is_told_as_it_was_pushed(quay: Quay, repository: str, image: Image) -> None:
    told = answer(quay.manifest.get_repo_manifest, image.digest, repository)
    assert (told["digest"], told["is_manifest_list"]) == (image.digest, False)
    assert told["manifest_data"].encode() == read_blobs(image.layout)[image.digest]
    layers = [layer["digest"] for layer in json.loads(told["manifest_data"])["layers"]]
    assert [layer["blob_digest"] for layer in told["layers"]] == layers


def test_a_label_is_added_read_and_removed(quay: Quay, repository: str, image: Image) -> None:
    where = (image.digest, repository)
    new = quayio_sdk.AddLabel(key="com.example.stage", value="tested")
    made = answer(quay.manifest.add_manifest_label, *where, new)["label"]
    assert (made["key"], made["value"], made["source_type"]) == ("com.example.stage", "tested", "api")
    assert answer(quay.manifest.get_manifest_label, *where, made["id"]) == made
    assert answer(quay.manifest.list_manifest_labels, *where, filter="com.example.")["labels"] == [made]
    reserved = quayio_sdk.AddLabel(key="org.opencontainers.image.title", value="x")
    assert refusal(quay.manifest.add_manifest_label, *where, reserved) == 400
    quay.manifest.delete_manifest_label(*where, made["id"])
    assert answer(quay.manifest.list_manifest_labels, *where, filter="com.example.")["labels"] == []


def tags_to_pull(server: Server, repository: str) -> list[str]:
    """Return the tags that /v2 lists."""
    token = server.token(server.admin, f"repository:{repository}:pull")
    tags = server.request("GET", f"/v2/{repository}/tags/list", headers=token).json()["tags"]
    return list(tags or [])
