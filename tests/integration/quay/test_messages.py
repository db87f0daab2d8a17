"""Messages: everybody reads them, superusers write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

MESSAGE = {"message": {"content": "Down *tonight*", "media_type": "text/markdown", "severity": "warning"}}


async def test_superuser_tells_everybody(superuser: QuayApi) -> None:
    answer = await superuser.ask("POST", "/api/v1/messages", who="root", document=MESSAGE)
    assert (answer.status, answer.json()) == (201, "Created")
    (told,) = (await superuser.ask("GET", "/api/v1/messages")).json()["messages"]
    assert set(told) == {"uuid", "content", "severity", "media_type"}
    assert (told["content"], told["severity"]) == ("Down *tonight*", "warning")
    gone = await superuser.ask("DELETE", f"/api/v1/message/{told['uuid']}", who="root")
    assert (gone.status, gone.body) == (204, b"")
    assert (await superuser.ask("DELETE", f"/api/v1/message/{told['uuid']}", who="root")).status == 404
    assert (await superuser.ask("GET", "/api/v1/messages", who="alice")).json() == {"messages": []}


@pytest.mark.parametrize(("who", "status"), [("", 401), ("alice", 403), ("auditor", 403)])
async def test_others_write_none(superuser: QuayApi, who: str, status: int) -> None:
    await superuser.ask("POST", "/api/v1/messages", who="root", document=MESSAGE)
    (told,) = (await superuser.ask("GET", "/api/v1/messages")).json()["messages"]
    assert (await superuser.ask("POST", "/api/v1/messages", who=who, document=MESSAGE)).status == status
    assert (await superuser.ask("DELETE", f"/api/v1/message/{told['uuid']}", who=who)).status == status
    assert (await superuser.ask("GET", "/api/v1/messages")).json()["messages"] == [told]


async def test_token_without_the_scope_writes_none(superuser: QuayApi) -> None:
    headers = await superuser.bearer("root", "org:admin", "user:admin")
    answer = await superuser.ask("POST", "/api/v1/messages", headers=headers, document=MESSAGE)
    assert answer.status == 403


@pytest.mark.parametrize(
    "change",
    [{"severity": "fatal"}, {"media_type": "text/html"}, {"content": ""}, {"content": "x" * 10_000}],
)
async def test_what_is_no_message_is_refused(superuser: QuayApi, change: dict[str, Any]) -> None:
    document = {"message": MESSAGE["message"] | change}
    answer = await superuser.ask("POST", "/api/v1/messages", who="root", document=document)
    assert answer.status == 400
    assert answer.json()["error_type"] == "invalid_request"


async def test_messages_are_bounded_in_number(superuser: QuayApi) -> None:
    for _ in range(100):
        await superuser.ask("POST", "/api/v1/messages", who="root", document=MESSAGE)
    answer = await superuser.ask("POST", "/api/v1/messages", who="root", document=MESSAGE)
    assert answer.status == 400


async def test_without_superusers_nobody_writes(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("FEATURE_SUPER_USERS: false\nSUPER_USERS: [root]\n")
    async with quay_api(tmp_path / "data", present(), config=config) as quay:
        answer = await quay.ask("POST", "/api/v1/messages", who="root", document=MESSAGE)
        assert answer.status in {404, 405}
        assert (await quay.ask("GET", "/api/v1/messages")).status == 200
