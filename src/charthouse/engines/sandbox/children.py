"""A child as its server sees it: one process, one request at a time."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence

import msgspec

from charthouse.ports.sandbox import Crashed, OverBudget

from .frames import REPLY, REQUEST, Status

_KEPT = ("LD_LIBRARY_PATH",)
"""The only variables that a child is given: without them some builds of Python don't start."""


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """What a child is to be.

    ``function`` is ``module:name``, ``memory`` counts bytes beside those it starts with, ``readable`` are directories
    whose files it may read.
    """

    function: str
    memory: int
    readable: Sequence[str]


class Child:
    """A process that has one end of a pair of sockets."""

    def __init__(self, process: subprocess.Popen[bytes], channel: socket.socket, longest: int) -> None:
        self._process = process
        self._channel = channel
        self._longest = longest
        self.pid = process.pid
        self.answered = 0
        self.first_resident = self.resident = 0

    @classmethod
    def start(cls, orders: Orders, longest: int) -> Child:
        """Start a process; ``ready`` says when it can be asked. ``longest``: bytes of an answer.

        Called from a thread that lives as long as the server, since the child ends with it (prctl(2)).
        """
        ours, theirs = socket.socketpair()
        document = json.dumps({**msgspec.structs.asdict(orders), "parent": os.getpid()})
        command = [sys.executable, "-I", "-X", "utf8", "-m", f"{__package__}.child", document]
        try:
            with theirs:
                process = subprocess.Popen(  # noqa: S603 -- this very program
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env={name: os.environ[name] for name in _KEPT if name in os.environ},
                )
        except OSError as error:
            ours.close()
            raise Crashed(f"no process could be started: {error.strerror}") from None
        ours.setblocking(False)
        return cls(process, ours, longest)

    async def ready(self) -> None:
        """Wait until the child can be asked; raises Crashed."""
        await self._reply()
        self.first_resident = self.resident

    async def ask(self, request: bytes, seconds: int) -> bytes:
        """Return the answer; raises OverBudget, Crashed. ``seconds``: of the processor.

        After an error other than Crashed by an exception, and when it is cancelled, the child has to be ended.
        """
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(self._channel, REQUEST.pack(seconds, len(request)))
            await loop.sock_sendall(self._channel, request)
        except OSError:
            raise await self._death() from None
        answer = await self._reply()
        self.answered += 1
        return answer

    def alive(self) -> bool:
        """Tell whether the process can still be asked: the system may have ended it when memory was short."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process; who waits for its answer gets Crashed."""
        self._process.kill()

    def end(self) -> None:
        """End the process and let go of it; ``reap`` afterwards."""
        self._channel.close()
        self._process.kill()

    def reap(self) -> None:
        """Wait until the process is gone (blocks)."""
        self._process.wait()

    async def _reply(self) -> bytes:
        status, self.resident, size = REPLY.unpack(await self._receive(REPLY.size))
        if size > self._longest:
            raise OverBudget(f"the answer has more than {self._longest} bytes")
        content = await self._receive(size)
        match status:
            case Status.ANSWER:
                return content
            case Status.MEMORY:
                raise OverBudget("it takes more memory than it may")
            case _:
                raise Crashed(content.decode("utf-8", "replace"))

    async def _receive(self, size: int) -> bytes:
        loop = asyncio.get_running_loop()
        content = bytearray(size)
        rest = memoryview(content)
        while rest:
            try:
                count = await loop.sock_recv_into(self._channel, rest)
            except OSError:
                count = 0
            if not count:
                raise await self._death()
            rest = rest[count:]
        return bytes(content)

    async def _death(self) -> Exception:
        """Return what the end of the process means for the request that it worked on."""
        self._process.kill()
        status = await asyncio.to_thread(self._process.wait)
        if status == -signal.SIGXCPU:
            return OverBudget("it takes more of the processor's time than it may")
        return Crashed(f"the process that read it ended ({status})")
