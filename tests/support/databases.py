"""What the database servers of the tests have in common: a directory, a user to run as, a process."""

from __future__ import annotations

import abc
import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from charthouse.engines.keys.authority import Authority, Certificate

from .server import free_port

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0


class DatabaseServer(abc.ABC):
    """A server that has its files in ``place``, which its process may write to."""

    scheme: ClassVar[str]
    runs_as: ClassVar[str]
    """The machine's user that owns the process and its files."""
    end: ClassVar[signal.Signals]
    """What ends the process at once: what it serves is thrown away, or recovered."""
    administrator: ClassVar[str]
    """The server's own user; it has no password."""

    def __init__(self, place: Path, tls: bool = False) -> None:
        self.place = place
        self.certificate = self._certificate() if tls else None
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @abc.abstractmethod
    def command(self) -> list[str]:
        """Return the command that serves in the foreground."""

    @abc.abstractmethod
    async def execute(self, *statements: str) -> None:
        """Run statements one after another as the administrator."""

    @abc.abstractmethod
    async def create_database(self, name: str) -> str:
        """Make an empty database; returns its URL."""

    def url(self, database: str) -> str:
        """Return the URL of a database, as an operator writes it."""
        return f"{self.scheme}://{self.administrator}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the process and wait until it answers; raises RuntimeError, with its log, when it does not."""
        with (self.place / "log").open("ab") as log:
            self._process = subprocess.Popen(as_user(self.runs_as, self.command()), stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while not asyncio.run(self._answers()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.scheme} does not start:\n{(self.place / 'log').read_text()}")
            time.sleep(0.05)

    def _certificate(self) -> Certificate:
        """Make a certificate for this machine, its key readable for the server alone."""
        made = Authority(self.place / "tls").certificate(["localhost"])
        if os.geteuid() == 0:
            account = pwd.getpwnam(self.runs_as)
            for path in (self.place / "tls", *(self.place / "tls").iterdir()):
                os.chown(path, account.pw_uid, account.pw_gid)
        return made

    def stop(self) -> None:
        """End the process, and wait for its end."""
        if self._process is not None:
            self._process.send_signal(self.end)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    async def _answers(self) -> bool:
        try:
            await self.execute("SELECT 1")
        except Exception:  # each driver has its own words for "not yet"
            return False
        return True


@contextmanager
def running(server: DatabaseServer) -> Iterator[None]:
    """Start the server and stop it at the end."""
    try:
        server.start()
        yield
    finally:
        server.stop()


@contextmanager
def owned_directory(user: str) -> Iterator[Path]:
    """Make a directory that ``user`` owns, outside pytest's own, which only root can enter."""
    place = Path(tempfile.mkdtemp(prefix="charthouse-test-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam(user)
        os.chown(place, account.pw_uid, account.pw_gid)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def as_user(user: str, command: Sequence[str]) -> list[str]:
    """Return ``command`` as run by ``user`` when the tests run as root, else as it is."""
    if os.geteuid() != 0:
        return list(command)
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command]


def run_as(user: str, command: Sequence[str], place: Path) -> None:
    """Run a command to its end in ``place``; raises RuntimeError with what it said when it fails."""
    done = subprocess.run(
        as_user(user, command), cwd=place, capture_output=True, text=True, timeout=_START_SECONDS, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
