"""Passwords: the rule they must meet, and argon2id hashes computed where they cannot hurt.

Parameters follow OWASP's Password Storage Cheat Sheet (argon2id, 19 MiB, two passes, one lane). Hashing runs in
a small pool of threads of its own with a bounded queue: a flood of logins costs at most ``threads`` times 19 MiB and
never blocks the event loop; what does not fit in the queue is refused.

Hashes that came from Quay are bcrypt's, which take ten times as long. They are verified too, for ``is_outdated``
to have them replaced at the next login; once there was one, every refusal takes as long as it did, so that the time does
not tell which kind of hash an account has, or that there is none.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from charthouse.model.errors import InvalidRequest, TooManyRequests

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 1024
_BCRYPT_BYTES = 72
"""bcrypt never looks further; Quay's library cut there without a word, the present one refuses."""
_BCRYPT = ("$2a$", "$2b$", "$2y$")
_LONGEST_REFUSAL = 2.0  # seconds; a bcrypt hash of absurd cost holds nobody up longer
_SALT_BYTES = 16
_HASH_BYTES = 32

T = TypeVar("T")


def check_password(password: str) -> None:
    """Raise InvalidRequest, with Quay's text, for a password that no account may have."""
    if len(password) < MINIMUM_LENGTH or any(character.isspace() for character in password):
        raise InvalidRequest(
            f"Invalid password, password must be at least {MINIMUM_LENGTH} characters and contain no whitespace."
        )
    if len(password) > MAXIMUM_LENGTH:
        raise InvalidRequest(f"Invalid password, password must be at most {MAXIMUM_LENGTH} characters.")


class Passwords:
    """Hashes passwords and verifies them, both off the event loop."""

    def __init__(
        self, *, threads: int = 2, waiting: int = 64, memory_kib: int = 19 * 1024, passes: int = 2
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes,
            memory_cost=memory_kib,
            parallelism=1,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
            type=Type.ID,
        )
        self._unmatched = _unmatched_hash(memory_kib, passes)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._limit = threads + waiting
        self._pending = 0
        self._refusal_seconds = 0.0

    async def hash(self, password: str) -> str:
        """Return the hash to keep of a password; raises TooManyRequests when the queue is full."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password: str, password_hash: str) -> bool:
        """Tell whether the password belongs to the hash; raises TooManyRequests when the queue is full.

        An empty hash (no such account, or one without a password) is refused after the same work as any other.
        """
        if len(password) > MAXIMUM_LENGTH:
            return False
        started = time.monotonic()
        right = await self._run(lambda: self._matches(password, password_hash or self._unmatched))
        if not right:
            await asyncio.sleep(started + self._refusal_seconds - time.monotonic())
        return right

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether the password should be hashed anew when it is next known."""
        if password_hash.startswith(_BCRYPT):
            return True
        try:
            return self._hasher.check_needs_rehash(password_hash)
        except InvalidHashError:
            return False

    def close(self) -> None:
        """End the threads once they have finished what they are at."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password: str, password_hash: str) -> bool:
        if password_hash.startswith(_BCRYPT):
            return self._matches_bcrypt(password, password_hash)
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _matches_bcrypt(self, password: str, password_hash: str) -> bool:
        import bcrypt  # only stores that came from Quay need it

        started = time.monotonic()
        try:
            return bcrypt.checkpw(password.encode()[:_BCRYPT_BYTES], password_hash.encode())
        except ValueError:
            return False
        finally:
            self._refusal_seconds = min(time.monotonic() - started, _LONGEST_REFUSAL)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._pending >= self._limit:
            raise TooManyRequests("too many logins are being checked at this moment; try again", 1)
        self._pending += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        # The place in the queue is free when the work is done, not when its caller has gone away.
        future.add_done_callback(self._leave)
        return await asyncio.shield(future)

    def _leave(self, _: object) -> None:
        self._pending -= 1


def _unmatched_hash(memory_kib: int, passes: int) -> str:
    """Return a well-formed hash of these costs that no known password has."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_SALT_BYTES, _HASH_BYTES)
    )
    return f"$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${digest}"
