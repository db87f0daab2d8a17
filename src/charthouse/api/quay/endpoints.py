"""What a class of handlers gives to the application: a coroutine for each operation of the route table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

Endpoint = Callable[..., Awaitable[Any]]
Endpoints = Mapping[str, Endpoint]


class Handlers(Protocol):
    """A class of handlers."""

    def endpoints(self) -> Endpoints:
        """Return the handlers by operation."""
