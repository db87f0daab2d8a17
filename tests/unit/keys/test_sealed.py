"""Keys in a shared table: of use only to whoever has DATABASE_SECRET_KEY."""

from __future__ import annotations

import msgspec
import pytest

from charthouse.engines.keys.sealed import SealedSigningKeys, derived_key
from charthouse.services.identity.keyring import make_key
from tests.support.memory_accounts import MemorySigningKeys


async def test_the_table_never_sees_the_private_key() -> None:
    table = MemorySigningKeys()
    sealed = SealedSigningKeys(table, "a database secret")
    made = make_key(10, 20, 30)
    assert await sealed.add(made, unless_newer_than_ms=0)
    assert not await sealed.add(make_key(10, 20, 30), unless_newer_than_ms=0)
    assert made.private_key not in table.keys[0].private_key
    assert b"PRIVATE" not in table.keys[0].private_key
    assert await sealed.all() == [made]
    assert await sealed.remove_expired(30) == 1


async def test_another_secret_opens_nothing() -> None:
    table = MemorySigningKeys()
    await SealedSigningKeys(table, "a database secret").add(make_key(10, 20, 30), unless_newer_than_ms=0)
    with pytest.raises(ValueError, match="DATABASE_SECRET_KEY"):
        await SealedSigningKeys(table, "another secret").all()


async def test_a_row_that_was_changed_or_added_is_refused() -> None:
    table = MemorySigningKeys()
    sealed = SealedSigningKeys(table, "a database secret")
    await sealed.add(make_key(10, 20, 30), unless_newer_than_ms=0)
    row = table.keys[0]
    for changed in (
        msgspec.structs.replace(row, kid="other"),
        msgspec.structs.replace(row, expires_ms=10**15),
        msgspec.structs.replace(row, public_key=make_key(1, 2, 3).public_key),
        msgspec.structs.replace(row, private_key=row.private_key[:-1]),
        msgspec.structs.replace(row, private_key=b""),
        make_key(10, 20, 30),
    ):
        table.keys[:] = [changed]
        with pytest.raises(ValueError, match="can't be opened"):
            await sealed.all()


def test_no_secret_is_an_error() -> None:
    with pytest.raises(ValueError, match="DATABASE_SECRET_KEY must be set"):
        SealedSigningKeys(MemorySigningKeys(), "")


def test_each_purpose_has_its_own_key() -> None:
    assert derived_key("secret", "one") != derived_key("secret", "two")
    assert derived_key("secret", "one") == derived_key("secret", "one")
    assert len(derived_key("secret", "one")) == 32
