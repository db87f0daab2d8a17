"""What the SDK's tests share: its classes, an organization, and repositories with images in them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
import quayio_sdk
from quayio_sdk.rest import ApiException

from tests.clients.conftest import Image
from tests.support.server import Person, Server
from tests.support.shell import Shell
from tests.support.tools import tool

Call = Callable[..., object]
Push = Callable[[str], None]


@dataclass(frozen=True)
class Quay:
    """The SDK's classes over one connection to a server, with somebody's access token, or with none."""

    client: quayio_sdk.ApiClient

    @cached_property
    def organization(self) -> quayio_sdk.OrganizationApi:
        return quayio_sdk.OrganizationApi(self.client)

    @cached_property
    def team(self) -> quayio_sdk.TeamApi:
        return quayio_sdk.TeamApi(self.client)

    @cached_property
    def robot(self) -> quayio_sdk.RobotApi:
        return quayio_sdk.RobotApi(self.client)

    @cached_property
    def repository(self) -> quayio_sdk.RepositoryApi:
        return quayio_sdk.RepositoryApi(self.client)

    @cached_property
    def permission(self) -> quayio_sdk.PermissionApi:
        return quayio_sdk.PermissionApi(self.client)

    @cached_property
    def prototype(self) -> quayio_sdk.PrototypeApi:
        return quayio_sdk.PrototypeApi(self.client)

    @cached_property
    def tag(self) -> quayio_sdk.TagApi:
        return quayio_sdk.TagApi(self.client)

    @cached_property
    def manifest(self) -> quayio_sdk.ManifestApi:
        return quayio_sdk.ManifestApi(self.client)

    @cached_property
    def user(self) -> quayio_sdk.UserApi:
        return quayio_sdk.UserApi(self.client)


def answer(call: Any, *arguments: object, **options: object) -> Any:
    """Make a call of the SDK and return the JSON that came back (None when nothing did).

    The SDK returns only what Quay's description gives a type, which is next to nothing, but keeps the last answer.
    """
    call(*arguments, **options)
    body = call.__self__.api_client.last_response.data
    return json.loads(body) if body else None


def refusal(call: Call, *arguments: object) -> int:
    """Make a call that must be refused, and return the status."""
    with pytest.raises(ApiException) as refused:
        call(*arguments)
    return int(refused.value.status)


def connect(server: Server, access_token: str) -> Quay:
    """Return the SDK for one access token; "" is the anonymous caller."""
    configuration = quayio_sdk.Configuration()
    configuration.host = server.url
    configuration.access_token = access_token
    client = quayio_sdk.ApiClient(configuration)
    if access_token:  # the SDK leaves it out where Quay's description names no scope
        client.set_default_header("Authorization", f"Bearer {access_token}")
    return Quay(client)


@pytest.fixture
def quay(server: Server) -> Quay:
    """The SDK, as the first user."""
    return connect(server, server.admin.access_token)


@pytest.fixture
def organization(quay: Quay) -> str:
    """The name of an organization of the first user's, new for each test."""
    name = f"org{secrets.token_hex(6)}"
    quay.organization.create_organization(quayio_sdk.NewOrg(name=name, email=f"{name}@example.com"))
    return name


@pytest.fixture
def repository(quay: Quay, organization: str) -> str:
    """The name of an empty private repository of the organization's."""
    new = quayio_sdk.NewRepo(repository="cargo", visibility="private", namespace=organization, description="")
    quay.repository.create_repo(new)
    return f"{organization}/cargo"


@pytest.fixture
def somebody(server: Server) -> Person:
    """A user who has nothing to do with the organization yet."""
    return server.create_user(f"user{secrets.token_hex(6)}")


@pytest.fixture
def push(server: Server, shell: Shell, image: Image) -> Push:
    """Pushes the image, as the first user, to ``repository:tag``."""
    login = ("auth", "login", server.host, "--username", server.admin.name, "--password-stdin")
    shell.run(tool("crane"), *login, stdin=server.admin.password)

    def push_image(name: str) -> None:
        shell.run(tool("crane"), "push", image.layout, f"{server.host}/{name}")

    return push_image


def pulls(server: Server, person: Person, repository: str) -> bool:
    """Return whether somebody may read a repository through /v2."""
    token = server.token(person, f"repository:{repository}:pull")
    return server.request("GET", f"/v2/{repository}/tags/list", headers=token).status == 200
