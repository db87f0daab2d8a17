"""The caller, messages, errors and the API's description of itself, through Quay's SDK."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import quayio_sdk

from tests.support.server import Person, Server

from .conftest import Quay, answer, connect, refusal


def test_the_caller_is_told_who_they_are(quay: Quay, server: Server, organization: str) -> None:
    me = quay.user.get_logged_in_user()
    assert (me.anonymous, me.verified, me.avatar["name"]) == (False, True, server.admin.name)
    assert organization in {one["name"] for one in me.organizations}
    assert refusal(connect(server, "").user.get_logged_in_user) == 401


def test_another_user_is_told_by_name(quay: Quay, somebody: Person) -> None:
    found = answer(quay.user.get_user_information, somebody.name)
    assert found["username"] == somebody.name
    assert "email" not in found
    assert refusal(quay.user.get_user_information, f"{somebody.name}x") == 404


@pytest.fixture
def message(quay: Quay, server: Server) -> Iterator[str]:
    """The text of a message to all, which is taken back after the test."""
    messages = quayio_sdk.GlobalmessagesApi(quay.client)
    text = "The harbour closes at noon."
    content = quayio_sdk.CreateMessageMessage(content=text, media_type="text/plain", severity="warning")
    messages.create_global_message(quayio_sdk.CreateMessage(message=content))
    yield text
    for told in answer(messages.get_global_messages)["messages"]:
        if told["content"] == text:
            server.request("DELETE", f"/api/v1/message/{told['uuid']}", headers=server.admin.bearer)


def test_a_message_is_told_to_all(server: Server, message: str) -> None:
    everybody = quayio_sdk.GlobalmessagesApi(connect(server, "").client)
    told = answer(everybody.get_global_messages)["messages"]
    shown = {(one["content"], one["severity"], one["media_type"]) for one in told}
    assert (message, "warning", "text/plain") in shown


def test_an_error_is_explained(quay: Quay) -> None:
    explained = quayio_sdk.ErrorApi(quay.client).get_error_description("not_found")
    assert explained.type.endswith("/api/v1/error/not_found")
    assert explained.title == "not_found"
    assert explained.description


def test_discovery_describes_the_operations_that_the_sdk_was_generated_from(quay: Quay) -> None:
    described = answer(quayio_sdk.DiscoveryApi(quay.client).discovery)
    assert described["swagger"] == "2.0"
    operations = {
        (re.sub(r"\{[^}]*\}", "{}", path), operation["operationId"])
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if method in {"get", "put", "post", "delete"}
    }
    assert operations >= {
        ("/api/v1/organization/", "createOrganization"),
        ("/api/v1/organization/{}/team/{}", "updateOrganizationTeam"),
        ("/api/v1/organization/{}/robots/{}", "createOrgRobot"),
        ("/api/v1/repository", "createRepo"),
        ("/api/v1/repository/{}/permissions/team/{}", "changeTeamPermissions"),
        ("/api/v1/repository/{}/tag/", "listRepoTags"),
        ("/api/v1/repository/{}/tag/{}", "deleteFullTag"),
        ("/api/v1/repository/{}/tag/{}/restore", "restoreTag"),
    }
