"""What a class of handlers gives to the application: a coroutine for each operation of the route table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Endpoint = Callable[..., Awaitable[Any]]
Endpoints = Mapping[str, Endpoint]
