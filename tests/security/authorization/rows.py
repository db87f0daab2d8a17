"""One row a route: what is called, who succeeds and how it shows, what the others get."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from tests.support.server import Answer

from .callers import CALLERS, NOBODY, ROBOTS, SCOPES
from .store import Store

Proof = Callable[[Store, Answer], None]


def who(*names: str, scopes: str = "") -> frozenset[str]:
    """Return callers by name, with the tokens of ``admin`` that carry one of ``scopes`` (separated by spaces)."""
    found = {*names, *(f"scope {scope}" for scope in scopes.split())}
    assert found <= set(CALLERS), found - set(CALLERS)
    return frozenset(found)


EVERYBODY = frozenset(CALLERS)
LOGGED_IN = EVERYBODY - NOBODY - set(ROBOTS) - set(SCOPES)
"""People by a session or a token of every scope."""


@dataclass(frozen=True)
class Row:
    """A route as it is called. ``path`` is sent, with ``body`` as JSON, ``form`` as a form, or ``content`` as it is.

    ``template`` finds the route in its table.

    ``status`` is what those in ``allowed`` get, ``others`` what single callers get, ``refused`` everybody else
    (401 for those whom no credential speaks for). ``proof`` shows the effect of a success; ``changes``: a success
    changes the store.
    """

    method: str
    template: str
    path: str
    allowed: Set[str]
    status: int = 200
    body: Any = None
    form: str = ""
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    refused: int = 403
    nobody: int = 401
    proof: Proof | None = None
    changes: bool = True

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def classic(self) -> bool:
        """Tell whether it is a classic repository's, or Helm's search: its callers present what they present to the registry."""
        return self.template.startswith(("/charts", "/api/chartsvc"))

    def expected(self, caller: str, *, robots_are_nobody: bool) -> int:
        """Return the status that a caller gets."""
        if caller in self.allowed:
            return self.status
        if caller in self.others:
            return self.others[caller]
        if caller in NOBODY or (robots_are_nobody and caller in ROBOTS):
            return self.nobody
        return self.refused


def shows(query: str, *expected: tuple[Any, ...]) -> Proof:
    """Return the proof that a query of the store now finds these rows."""

    def proof(store: Store, _: Answer) -> None:
        assert store.ask(query) == list(expected)

    return proof


def answers(check: Callable[[Any], object]) -> Proof:
    """Return the proof that the answer's JSON satisfies ``check``."""

    def proof(_: Store, answer: Answer) -> None:
        found = answer.json()
        assert check(found), found

    return proof
