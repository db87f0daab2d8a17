"""Paths that strangers write: each is read in linear time, and gets an answer."""

from __future__ import annotations

import time

import pytest

from tests.integration.quay.conftest import quay
from tests.support.quay import QuayApi

__all__ = ["quay"]

REPOSITORY = "/api/v1/repository"


@pytest.mark.parametrize("part", ["a%2F", "%2F", "a%2Ftag%2F", "a/", "/tag/", "a%2F/tag/"])
async def test_a_long_name_is_read_in_linear_time(quay: QuayApi, part: str) -> None:
    """A pattern that matched a marked slash in many ways took minutes for this, and everybody waited."""
    path = f"{REPOSITORY}/" + part * (48_000 // len(part))
    begun = time.process_time()
    assert (await quay.ask("GET", path)).status in {400, 404}
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("value", ["%2F", "a%2Fb", "%1F", "..", "%00", "%FF"])
async def test_slashes_in_other_parameters_get_an_answer(quay: QuayApi, value: str) -> None:
    await quay.organization("acme", "alice")
    await quay.repository("acme/app", "alice")
    for path in (
        f"acme/app/permissions/user/{value}/transitive",
        f"acme/app/tag/{value}/pull_statistics",
        f"acme/app/manifest/{value}/labels/{value}",
        f"acme%2Fapp/permissions/user/{value}/transitive",
    ):
        for who in ("", "alice"):
            assert 400 <= (await quay.ask("GET", f"{REPOSITORY}/{path}", who=who)).status < 500
