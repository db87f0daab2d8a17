"""Who attacks which server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.protocol.client import Client
from tests.support.server import Person, Server, serving


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server under attack: one worker, so that its memory and its caches are in one place."""
    with serving(tmp_path_factory.mktemp("attacked"), "--workers", "1") as running:
        assert running.admin, "the first user is made before any other"
        yield running


@pytest.fixture(scope="package")
def owner(server: Server) -> Client:
    """Somebody who owns what is attacked, by name and password."""
    return Client(server, server.admin, basic=True)


@pytest.fixture(scope="package")
def stranger_person(server: Server) -> Person:
    """Somebody with an account and no rights."""
    return server.create_user("stranger")


@pytest.fixture(scope="package")
def stranger(server: Server, stranger_person: Person) -> Client:
    """The same, by name and password."""
    return Client(server, stranger_person, basic=True)


@pytest.fixture(scope="package")
def nobody(server: Server) -> Client:
    """An anonymous caller."""
    return Client(server, None)
