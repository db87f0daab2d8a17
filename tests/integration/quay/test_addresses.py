"""Paths that could mean several repositories."""

from __future__ import annotations

from tests.support.quay import QuayApi

REPOSITORY = "/api/v1/repository"


async def names(quay: QuayApi) -> list[str]:
    return await quay.registry.metadata.repositories.names("", 100)


async def test_of_two_that_are_there_the_longer_template_wins(quay: QuayApi) -> None:
    short, long = "acme/a", "acme/a/permissions/user/bob"
    await quay.organization("acme", "alice")
    await quay.account("bob")
    for name in (short, long):
        await quay.repository(name, "alice")
    put = await quay.ask("PUT", f"{REPOSITORY}/{long}", who="alice", document={"role": "read"})
    assert (put.status, put.json()["name"]) == (200, "bob")
    assert (await quay.ask("GET", f"{REPOSITORY}/{long}", who="alice")).json()["role"] == "read"
    assert (await quay.ask("DELETE", f"{REPOSITORY}/{long}", who="alice")).status == 204
    assert await names(quay) == [short, long]
    # Now bob has no role there, and still it is not the other repository that is meant.
    assert (await quay.ask("DELETE", f"{REPOSITORY}/{long}", who="alice")).status == 400
    assert await names(quay) == [short, long]


async def test_encoded_slashes_say_it(quay: QuayApi) -> None:
    short, long = "acme/a", "acme/a/permissions/user/bob"
    await quay.organization("acme", "alice")
    for name in (short, long):
        await quay.repository(name, "alice")
    for encoded in (
        long.replace("/", "%2F"),
        long.replace("/", "%2f"),
        "acme/" + long[5:].replace("/", "%2F"),
    ):
        found = await quay.ask("GET", f"{REPOSITORY}/{encoded}", who="alice")
        assert found.json()["name"] == "a/permissions/user/bob"
    assert (await quay.ask("DELETE", f"{REPOSITORY}/{long.replace('/', '%2F')}", who="alice")).status == 204
    assert await names(quay) == [short]


async def test_a_list_without_its_slash(quay: QuayApi) -> None:
    await quay.repository("alice/web", "alice")
    for tail in ("tag", "permissions/user"):
        listed = await quay.ask("GET", f"{REPOSITORY}/alice/web/{tail}/?limit=1", who="alice")
        assert listed.status == 200
        for name in ("alice/web", "alice%2Fweb"):
            short = await quay.ask("GET", f"{REPOSITORY}/{name}/{tail}?limit=1", who="alice")
            assert (short.status, short.json()) == (200, listed.json())
        assert (await quay.ask("GET", f"{REPOSITORY}/alice/web/{tail}", who="bob")).status == 403
        assert (await quay.ask("GET", f"{REPOSITORY}/alice/none/{tail}", who="alice")).status == 404
        await quay.repository(f"alice/web/{tail}", "alice")
        found = await quay.ask("GET", f"{REPOSITORY}/alice/web/{tail}", who="alice")
        assert found.json()["name"] == f"web/{tail}"


async def test_what_others_have_does_not_count(quay: QuayApi) -> None:
    """Which of two is meant depends on what the caller may see, so that it tells nothing of what is hidden."""
    for name in ("alice/a", "alice/a/permissions/user/bob"):
        await quay.repository(name, "alice")
        answer = await quay.ask("GET", f"{REPOSITORY}/alice/a/permissions/user/bob", who="bob")
        assert (answer.status, answer.json()["error_type"]) == (403, "insufficient_scope")
    found = await quay.ask("GET", f"{REPOSITORY}/alice/a/permissions/user/bob")
    assert found.status == 401


async def test_no_other_character_is_a_slash(quay: QuayApi) -> None:
    await quay.repository("alice/web", "alice")
    for path in (
        "alice%1Fweb",
        "alice%5Cweb",
        "alice%252Fweb",
        "alice%2F%2Fweb",
        "alice/..%2Fweb",
        "%2Falice/web",
    ):
        for method in ("GET", "DELETE"):
            answer = await quay.ask(method, f"{REPOSITORY}/{path}", who="alice")
            assert answer.status in {400, 404}, path
    assert await names(quay) == ["alice/web"]


async def test_lists_without_their_slash_of_any_kind(quay: QuayApi) -> None:
    await quay.repository("alice/web", "alice")
    for path, key in (
        ("alice/web/tag", "tags"),
        ("alice%2Fweb/tag", "tags"),
        ("alice/web/permissions/user", "permissions"),
        ("alice/web/permissions/team", "permissions"),
    ):
        found = await quay.ask("GET", f"{REPOSITORY}/{path}?limit=1", who="alice")
        assert (found.status, key in found.json()) == (200, True), path
    await quay.repository("alice/web/tag", "alice")
    assert (await quay.ask("GET", f"{REPOSITORY}/alice/web/tag", who="alice")).json()["name"] == "web/tag"
    for name in ("web/tag", "none/tag"):
        assert (await quay.ask("GET", f"{REPOSITORY}/alice/{name}", who="bob")).status == 403


async def test_slashes_elsewhere(quay: QuayApi) -> None:
    """An encoded slash in the name of a user is part of that name, and nobody is called so."""
    await quay.repository("alice/web", "alice")
    for repository in ("alice/web", "alice%2Fweb"):
        path = f"{REPOSITORY}/{repository}/permissions/user/b%2Fb"
        assert (await quay.ask("GET", path, who="alice")).status == 400
        assert (
            await quay.ask("GET", f"{REPOSITORY}/{repository}/UPPER/tag/x%2Fy", who="alice")
        ).status == 400
