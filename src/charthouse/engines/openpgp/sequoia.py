"""The port of OpenPGP on Sequoia: each piece of work goes to the sandbox, within a budget."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from charthouse.model.errors import InvalidRequest, Unavailable
from charthouse.ports.openpgp import (
    LARGEST_KEYRING,
    LARGEST_SIGNED_TEXT,
    Certificate,
    State,
    Verdict,
)
from charthouse.ports.sandbox import Crashed, OverBudget, Sandbox

from .messages import Check, Found, Read, Wrap

DEADLINE_S = 5.0
"""An honest keyring takes milliseconds; the rest is waiting for one's turn."""


class SequoiaOpenPgp:
    """Reads and checks in a sandbox whose function is ``charthouse.engines.openpgp.work:work``."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def read_certificates(self, keyring: bytes) -> list[Certificate]:
        if len(keyring) > LARGEST_KEYRING:
            raise InvalidRequest(f"these are more than {LARGEST_KEYRING} bytes of keys: send fewer at a time")
        try:
            answer = await self._sandbox.run(msgspec.msgpack.encode(Read(keyring)), DEADLINE_S)
        except (OverBudget, Crashed):
            raise InvalidRequest(
                "these keys take too long to read: send fewer, without others' signatures (gpg --export-options"
                " export-minimal)"
            ) from None
        found = msgspec.msgpack.decode(answer, type=Found)
        if found.refusal:
            raise InvalidRequest(found.refusal)
        return list(found.certificates)

    async def verify(self, signed: bytes, certificates: Sequence[bytes], now_ms: int) -> Verdict:
        if len(signed) > LARGEST_SIGNED_TEXT:
            return Verdict(State.BROKEN, reason=f"it is larger than {LARGEST_SIGNED_TEXT} bytes")
        check = Check(signed, tuple(certificates), now_ms)
        try:
            answer = await self._sandbox.run(msgspec.msgpack.encode(check), DEADLINE_S)
        except OverBudget:
            raise Unavailable("this signature takes too long to check now: try again") from None
        except Crashed:
            return Verdict(State.BROKEN, reason="it can't be read")
        return msgspec.msgpack.decode(answer, type=Verdict)

    async def close(self) -> None:
        await self._sandbox.close()

    async def armored(self, certificates: Sequence[bytes]) -> str:
        request = msgspec.msgpack.encode(Wrap(b"".join(certificates)))
        try:
            answer = await self._sandbox.run(request, DEADLINE_S)
        except (OverBudget, Crashed):
            raise Unavailable("keys can't be written now: try again") from None
        return msgspec.msgpack.decode(answer, type=str)
