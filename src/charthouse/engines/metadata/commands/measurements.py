"""Totals that a job counts when somebody has asked for them."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from charthouse.engines.metadata.tables import measurement
from charthouse.ports.measurements import Measurement

_GET = select(measurement).where(measurement.c.name == bindparam("wanted_name"))
_LOCKED = _GET.with_for_update()
_ADD = insert(measurement)
_SET = update(measurement).where(measurement.c.name == bindparam("wanted_name"))


def get(connection: Connection, name: str) -> Measurement | None:
    """Return the measurement."""
    row = connection.execute(_GET, {"wanted_name": name}).mappings().first()
    return None if row is None else Measurement(**row)


def want(connection: Connection, name: str) -> bool:
    """Ask for a new count; False when one is asked for already."""
    found = connection.execute(_LOCKED, {"wanted_name": name}).first()
    if found is None:
        connection.execute(_ADD, {"name": name, "value": 0, "at_ms": 0, "wanted": True})
        return True
    if found.wanted:
        return False
    connection.execute(_SET.values(wanted=True), {"wanted_name": name})
    return True


def keep(connection: Connection, name: str, value: int, at_ms: int) -> None:
    """Keep a new count: nothing is asked for any more."""
    new = {"value": value, "at_ms": at_ms, "wanted": False}
    if connection.execute(_LOCKED, {"wanted_name": name}).first() is None:
        connection.execute(_ADD, {"name": name} | new)
    else:
        connection.execute(_SET.values(new), {"wanted_name": name})
