"""Where charts come from when a whole repository is taken over: a classic repository, a directory, a registry.

What a source gives is a stranger's: sizes are bounded here, contents are read elsewhere. All may raise
SourceFailed, whose text says what is wrong and names the address without any credential.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from charthouse.model.errors import InvalidRequest


class SourceFailed(InvalidRequest):
    """A source does not give what it should; asking again would not help."""


class SourceUnreachable(SourceFailed):
    """A source does not answer, or says that it can't now; asking again may help."""


class ChartSource(Protocol):
    """A repository to take charts from."""

    async def open(self) -> None:
        """Get ready; raises SourceFailed for what is no source at all."""

    async def close(self) -> None:
        """Let go of it."""

    async def index(self) -> bytes | None:
        """Return the index.yaml; None when a directory has none."""

    async def packages(self) -> Sequence[str]:
        """Return the addresses of all packages that can be seen without an index, in order."""

    async def fetch(self, address: str, into: Callable[[bytes], object], limit: int) -> bytes | None:
        """Hand a package's bytes to ``into``, at most ``limit``; return its provenance file, None when it has none.

        ``address`` is one of ``packages`` or what an index says: relative, absolute, or ``oci://`` with a tag.
        """
