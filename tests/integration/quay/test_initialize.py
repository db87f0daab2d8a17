"""The first user over HTTP: Quay's answers, and who may ask."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

from .conftest import SET_UP_TOKEN

ADDRESS = "/api/v1/user/initialize"
BODY = {
    "username": "quayadmin",
    "password": "quaypass123",
    "email": "quayadmin@example.com",
    "access_token": True,
}
BEARER = {"Authorization": f"Bearer {SET_UP_TOKEN}"}


async def test_the_answer(quay: QuayApi) -> None:
    answer = await quay.ask("POST", ADDRESS, document=BODY)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert set(found) == {"access_token", "email", "encrypted_password", "username"}
    assert re.fullmatch(r"[A-Z0-9]{40}", found["access_token"])
    assert (found["username"], found["email"]) == ("quayadmin", "quayadmin@example.com")
    await quay.registry.credentials.verify("quayadmin", found["encrypted_password"], "")
    me = await quay.ask("GET", "/api/v1/user/", headers={"Authorization": f"Bearer {found['access_token']}"})
    assert me.json()["super_user"] is True


async def test_without_an_access_token(quay: QuayApi) -> None:
    answer = await quay.ask("POST", ADDRESS, document={"username": "quayadmin", "password": "quaypass123"})
    assert answer.status == 200
    assert set(answer.json()) == {"email", "encrypted_password", "username"}


async def test_only_once(quay: QuayApi) -> None:
    await quay.ask("POST", ADDRESS, document=BODY)
    answer = await quay.ask("POST", ADDRESS, document=BODY)
    assert answer.status == 400
    assert answer.json() == {"message": "Cannot initialize user in a non-empty database"}


async def test_a_bad_password(quay: QuayApi) -> None:
    answer = await quay.ask("POST", ADDRESS, document=BODY | {"password": "short"})
    assert answer.status == 400
    assert answer.json() == {
        "message": "Failed to initialize user: Invalid password, password must be at least 8 characters "
        "and contain no whitespace."
    }


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
async def test_a_program_on_this_machine(quay: QuayApi, peer: str) -> None:
    assert (await quay.ask("POST", ADDRESS, document=BODY, peer=peer)).status == 200


@pytest.mark.parametrize("peer", ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "unix:", None])
async def test_others_need_the_set_up_token(quay: QuayApi, peer: str | None) -> None:
    answer = await quay.ask("POST", ADDRESS, document=BODY, peer=peer)
    assert answer.status == 401
    assert "set-up token" in answer.json()["message"]
    assert (await quay.ask("POST", ADDRESS, document=BODY, peer=peer, headers=BEARER)).status == 200


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "Forwarded",
        "Via",
        "X-Real-IP",
        "Origin",
        "Sec-Fetch-Site",
    ],
)
async def test_a_forwarded_or_a_browsers_request_is_not_local(quay: QuayApi, header: str) -> None:
    answer = await quay.ask("POST", ADDRESS, document=BODY, headers={header: "127.0.0.1"})
    assert answer.status == 401
    assert (await quay.ask("POST", ADDRESS, document=BODY, headers={header: "x"} | BEARER)).status == 200


@pytest.mark.parametrize("token", ["", "x", SET_UP_TOKEN + "x", SET_UP_TOKEN[:-1], "ä"])
async def test_a_wrong_set_up_token(quay: QuayApi, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = await quay.ask("POST", ADDRESS, document=BODY, headers=headers, peer="192.0.2.1")
    assert answer.status == 401


async def test_no_set_up_token_opens_nothing(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), set_up_token="") as quay:
        await _others_are_refused(quay)


async def _others_are_refused(quay: QuayApi) -> None:
    for headers in ({"Authorization": "Bearer "}, {"Authorization": "Bearer"}, BEARER):
        answer = await quay.ask("POST", ADDRESS, document=BODY, headers=headers, peer="192.0.2.1")
        assert answer.status == 401


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/a+json", ""]
)
async def test_what_a_page_may_send_unasked_is_refused(quay: QuayApi, content_type: str) -> None:
    answer = await quay.ask("POST", ADDRESS, document=BODY, headers={"Content-Type": content_type})
    assert answer.status == 400
    assert "application/json" in answer.json()["message"]
    json_type = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert (await quay.ask("POST", ADDRESS, document=BODY, headers=json_type)).status == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"quaypass123"', b'{"username": "quayadmin"}', b"[" * 100_000, b"\xff"],
)
async def test_a_malformed_body_tells_no_value(quay: QuayApi, body: bytes) -> None:
    answer = await quay.ask("POST", ADDRESS, body=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert set(answer.json()) == {"message"}
    assert "quaypass123" not in answer.body.decode()


async def test_a_huge_body(quay: QuayApi) -> None:
    answer = await quay.ask("POST", ADDRESS, document=BODY | {"email": "x" * 1024**2})
    assert answer.status == 413


async def test_where_it_is_off(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), user_initialize=False) as quay:
        for headers in ({}, BEARER):
            answer = await quay.ask("POST", ADDRESS, document=BODY, headers=headers)
            assert answer.status == 404
        assert (await quay.ask("POST", ADDRESS, body=b"{")).status == 404
