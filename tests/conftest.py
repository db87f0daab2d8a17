"""What every test may use: a real server, and a network that ends at this machine."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from tests.security.advisories import PENDING
from tests.support.server import Server, StartServer, serving

pytest_plugins = ("tests.support.engines",)


def _refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    """Fail a connection of the test process that would leave this machine."""
    if event != "socket.connect" or not isinstance(address := arguments[1], tuple):
        return
    host = str(address[0])
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise PermissionError(f"A test may not connect to {host}: start the real part on 127.0.0.1")


sys.addaudithook(_refuse_other_machines)

settings.register_profile("shared", deadline=None)  # a machine that is busy with other tests is no failure
settings.load_profile("shared")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server as `charthouse serve` starts it, shared by all tests: each uses names of its own."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Starts further servers, each on an empty directory unless told; they end with the test."""
    with ExitStack() as servers:
        count = 0

        def start(
            *flags: str,
            data: Path | None = None,
            environment: dict[str, str] | None = None,
            wrapper: Sequence[str] = (),
        ) -> Server:
            nonlocal count
            count += 1
            place = data or tmp_path / f"server-{count}"
            return servers.enter_context(serving(place, *flags, environment=environment, wrapper=wrapper))

        yield start


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the advisories that nothing can be tested for yet."""
    terminalreporter.section("advisories that wait for their feature")
    for advisory, feature in PENDING.items():
        terminalreporter.line(f"pending {advisory}: {feature}")
