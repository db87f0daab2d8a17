"""Quay's REST API over identity in memory, and repositories that a test writes down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from charthouse.api.kit.front import PublicAddress
from charthouse.api.quay.app import Application, quay_app
from charthouse.model.errors import Denied, NameUnknown
from charthouse.model.names import RepositoryName
from charthouse.model.permissions import Actor
from charthouse.services.registry.administration import Administration
from charthouse.telemetry.logs import FailureLog
from tests.support.asgi import ask
from tests.support.server import Answer
from tests.unit.identity.conftest import World

SET_UP_TOKEN = "set-up-token-of-this-test"


class Visibilities(Administration):
    """Repositories of one owner, public or not."""

    def __init__(self) -> None:
        self.public = {"alice/web": False, "alice/group/web": False}

    async def set_visibility(self, actor: Actor, repository: RepositoryName, public: bool) -> None:
        if not repository.startswith(f"{actor.name}/"):
            raise Denied("no")
        if repository not in self.public:
            raise NameUnknown("no")
        self.public[repository] = public


@dataclass
class Quay:
    """The application and what stands behind it."""

    world: World = field(default_factory=World)
    repositories: Visibilities = field(default_factory=Visibilities)
    initialize: bool = True
    set_up_token: str = SET_UP_TOKEN

    def application(self) -> Application:
        """Return the application."""
        return quay_app(
            self.world.users,
            self.repositories,
            PublicAddress("registry.example.com", "https", 0),
            initialize=self.initialize,
            set_up_token=self.set_up_token,
            failures=FailureLog(json=False),
        )

    async def ask(self, method: str, target: str, **request: Any) -> Answer:
        """Send a request."""
        return await ask(self.application(), method, target, **request)


@pytest.fixture
def quay() -> Iterator[Quay]:
    made = Quay()
    yield made
    made.world.passwords.close()
