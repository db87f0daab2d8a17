"""Who speaks to which server: an owner, a stranger and nobody, by token and by Basic."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.server import Person, Server, serving

from .client import Client

SPARSE = "FEATURE_SPARSE_INDEX: true\nFEATURE_USER_INITIALIZE: true\n"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of these tests: two workers, whatever the machine has."""
    with serving(tmp_path_factory.mktemp("protocol"), "--workers", "2") as running:
        assert running.admin, "the first user is made before any other"
        yield running


@pytest.fixture(scope="session")
def person(server: Server) -> Person:
    """Somebody who owns what the tests push."""
    return server.create_user(f"owner-{secrets.token_hex(3)}")


@pytest.fixture(scope="session")
def other_person(server: Server) -> Person:
    """Somebody with an account and no rights in what the owner has."""
    return server.create_user(f"stranger-{secrets.token_hex(3)}")


@pytest.fixture(scope="session")
def owner(server: Server, person: Person) -> Client:
    """The owner, by tokens as real clients get them."""
    return Client(server, person)


@pytest.fixture(scope="session")
def owner_basic(server: Server, person: Person) -> Client:
    """The owner, by name and password on each request."""
    return Client(server, person, basic=True)


@pytest.fixture(scope="session")
def stranger(server: Server, other_person: Person) -> Client:
    """The stranger, by tokens."""
    return Client(server, other_person)


@pytest.fixture(scope="session")
def stranger_basic(server: Server, other_person: Person) -> Client:
    """The stranger, by name and password."""
    return Client(server, other_person, basic=True)


@pytest.fixture(scope="session")
def nobody(server: Server) -> Client:
    """An anonymous caller."""
    return Client(server, None)


_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def new_repository(person: Person) -> Callable[[], str]:
    """Makes up names of repositories that do not exist yet, in the owner's namespace."""
    return lambda: f"{person.name}/repository-{next(_numbers)}"


@pytest.fixture
def repository(new_repository: Callable[[], str]) -> str:
    """The name of a repository that does not exist yet, in the owner's namespace."""
    return new_repository()


@pytest.fixture(scope="session")
def sparse_owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """An owner at a server that accepts manifests whose parts are absent."""
    directory: Path = tmp_path_factory.mktemp("sparse")
    config = directory / "config.yaml"
    config.write_text(SPARSE)
    with serving(directory / "data", "--config", str(config), "--workers", "2") as running:
        yield Client(running, running.admin)
