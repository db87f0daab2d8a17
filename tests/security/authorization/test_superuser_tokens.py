"""A superuser's access token is as strong as its scopes: without super:user it opens nothing of the superuser's."""

from __future__ import annotations

import pytest

from . import rows_registry, rows_superusers
from .callers import SCOPES, token_of
from .rows import Row
from .world import World, add_token

ROWS = (
    *rows_superusers.ROWS,
    *(row for row in rows_registry.ROWS if row.allowed == rows_registry.SUPERUSERS),
)
OTHERS = " ".join(scope for scope in SCOPES.values() if scope != "super:user")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_the_scope_is_needed_and_enough(world: World, row: Row) -> None:
    world.store.restore()
    [(superuser,)] = world.store.ask("SELECT id FROM account WHERE name = 'superuser'")
    for name, scopes in (("weak", OTHERS), ("none", ""), ("strong", "super:user")):
        add_token(world.store, name, superuser, scopes)
    before = world.store.dump()
    headers = {name: {"Authorization": f"Bearer {token_of(name)}"} for name in ("weak", "none", "strong")}
    path = row.path.format(**world.ids)
    for name in ("weak", "none"):
        refused = await world.ask(row.method, path, document=row.body, headers=headers[name])
        assert refused.status == 403, (name, refused.body)
    assert world.store.dump() == before
    answer = await world.ask(row.method, path, document=row.body, headers=headers["strong"])
    assert answer.status == row.status, answer.body
    if row.proof is not None:
        row.proof(world.store, answer)
