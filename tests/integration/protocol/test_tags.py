"""Listing tags: order, pages and what a page tells of the next."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .client import Client
from .content import random_blob
from .test_manifests import pushed_image

TAGS = ["0", "A", "V1", "_", "a", "v1", "v1-1", "v1.0", "v10", "v2", "x" * 128, "z"]
"""In the order of their bytes, as the specification wants it (Go's ``sort.Strings``)."""


@pytest.fixture(scope="module")
def tagged(owner: Client, new_repository: Callable[[], str]) -> str:
    """A repository with all of TAGS."""
    repository = new_repository()
    manifest = pushed_image(owner, repository)
    query = "?" + "&".join(f"tag={tag}" for tag in reversed(TAGS))
    owner.put_manifest(repository, manifest.digest, manifest, query=query).expect(201)
    return repository


def tags(client: Client, repository: str, query: str = "") -> list[str]:
    """Return one page of tags."""
    reply = client.send("GET", f"/v2/{repository}/tags/list{query}").expect(200)
    document = reply.json()
    assert set(document) == {"name", "tags"}
    assert document["name"] == repository
    found: list[str] = document["tags"]
    return found


def test_all_tags_by_bytes(owner: Client, tagged: str) -> None:
    assert sorted(TAGS) == TAGS
    assert tags(owner, tagged) == TAGS
    reply = owner.send("GET", f"/v2/{tagged}/tags/list")
    assert reply.header("Content-Type") == "application/json"
    assert reply.headers.get("Link") is None


@pytest.mark.parametrize("size", [1, 2, 5, len(TAGS) - 1, len(TAGS)])
def test_links_lead_through_all_pages(owner: Client, tagged: str, size: int) -> None:
    target, found = f"/v2/{tagged}/tags/list?n={size}", []
    for _ in range(len(TAGS)):
        reply = owner.send("GET", target).expect(200)
        page = reply.json()["tags"]
        found += page
        link = reply.headers.get("Link")
        if link is None:
            break
        assert len(page) == size
        match = re.fullmatch(r'<([^>]+)>; rel="next"', link)
        assert match, link
        target = match.group(1)
        assert target.startswith(f"/v2/{tagged}/tags/list?")
    assert found == TAGS


def test_no_link_after_the_last_page(owner: Client, tagged: str) -> None:
    for query in (f"?n={len(TAGS)}", "?n=1000", f"?n=2&last={TAGS[-3]}"):
        assert owner.send("GET", f"/v2/{tagged}/tags/list{query}").expect(200).headers.get("Link") is None


@pytest.mark.parametrize("last", [*TAGS, "b", "v1.", "zz", "0" * 5])
def test_last_is_not_included_and_need_not_exist(owner: Client, tagged: str, last: str) -> None:
    assert tags(owner, tagged, f"?last={last}") == [tag for tag in TAGS if tag > last]
    assert tags(owner, tagged, f"?last={last}&n=2") == [tag for tag in TAGS if tag > last][:2]


def test_none_asked_none_given(owner: Client, tagged: str) -> None:
    reply = owner.send("GET", f"/v2/{tagged}/tags/list?n=0").expect(200)
    assert reply.json()["tags"] == []
    assert reply.headers.get("Link") is None


def test_more_than_there_can_be(owner: Client, tagged: str) -> None:
    assert tags(owner, tagged, "?n=" + "9" * 50) == TAGS


@pytest.mark.parametrize("n", ["-1", "x", "1.5", "%00", "1%20", "%D9%A1", "+1"])
def test_n_that_is_no_number(owner: Client, tagged: str, n: str) -> None:
    owner.send("GET", f"/v2/{tagged}/tags/list?n={n}").refusal(400, "PAGINATION_NUMBER_INVALID")


def test_last_with_a_nul(owner: Client, tagged: str) -> None:
    owner.send("GET", f"/v2/{tagged}/tags/list?last=%00").refusal(400, "PAGINATION_NUMBER_INVALID")


def test_last_with_odd_characters(owner: Client, tagged: str) -> None:
    for last in ("%00", "%ff%fe", "%ED%A0%80", "%F0%9F%98%80", "a%2Fb", "%27%22%3B--"):
        assert owner.send("GET", f"/v2/{tagged}/tags/list?last={last}").status in {200, 400}


def test_repository_without_tags(owner: Client, repository: str) -> None:
    owner.send("GET", f"/v2/{repository}/tags/list").refusal(404, "NAME_UNKNOWN")
    owner.push_blob(repository, random_blob())
    assert tags(owner, repository) == []


def test_deleted_tag_is_not_listed(owner: Client, repository: str) -> None:
    manifest = pushed_image(owner, repository)
    owner.put_manifest(repository, manifest.digest, manifest, query="?tag=a&tag=b").expect(201)
    owner.send("DELETE", f"/v2/{repository}/manifests/a").expect(202)
    assert tags(owner, repository) == ["b"]
    owner.put_manifest(repository, "a", manifest).expect(201)
    assert tags(owner, repository) == ["a", "b"]
