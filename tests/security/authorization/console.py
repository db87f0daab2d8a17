"""How the rows of the console's pages are written.

A page knows people by the cookie of their browser: robots and access tokens are nobody there. Nobody is led to the
sign-in form; what is forbidden is as if it were missing. A form without a session of the same browser is no form of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from tests.support.server import Answer

from .callers import CALLERS, PEOPLE, ROBOTS
from .rows import Proof, Row
from .store import Store

EVERYBODY = frozenset(CALLERS)
WITHOUT_BROWSER = frozenset(CALLERS) - set(PEOPLE) - set(ROBOTS) - {"anonymous"}
"""Those who bring an access token and nothing else."""
SIGNED_IN = frozenset(PEOPLE) - {"disabled"}
BROWSERS = frozenset({*PEOPLE, *ROBOTS, "anonymous"})
"""Those who have a cookie of a page of ours."""


def page_row(template: str, path: str, allowed: Set[str], proof: Proof | None = None) -> Row:
    """Return the row of a page; ``allowed`` may be EVERYBODY."""
    nobody = dict.fromkeys(WITHOUT_BROWSER - allowed, 303)
    return Row("GET", template, path, allowed, others=nobody, refused=404, nobody=303, proof=proof)


def form_row(
    template: str,
    path: str,
    allowed: Set[str],
    form: str,
    proof: Proof | None = None,
    *,
    status: int = 303,
    refused: int = 403,
    changes: bool = True,
    others: Mapping[str, int] | None = None,
) -> Row:
    """Return the row of a form, which leads to another page when it has done its work (303)."""
    nobody = dict.fromkeys(WITHOUT_BROWSER, 403) | dict(others or {})
    return Row(
        "POST",
        template,
        path,
        allowed,
        status,
        form=form,
        others=nobody,
        refused=refused,
        proof=proof,
        changes=changes,
    )


def says(*words: str) -> Proof:
    """Return the proof that the page has these words."""

    def proof(_: Store, answer: Answer) -> None:
        text = answer.body.decode()
        missing = [word for word in words if word not in text]
        assert not missing, missing

    return proof
