"""What a database server's errors mean: try again, away, full, or a fault of ours."""

from __future__ import annotations

import enum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from charthouse.model.errors import StorageFull, Unavailable


class StatementFailed(Exception):
    """A fault of ours, told for the log: what failed by which error, never with values of a row.

    The servers' own words and SQLAlchemy's hold them ("Failing row contains (…)", "Duplicate entry '…'").
    """


class Failure(enum.Enum):
    """What to do about an error."""

    AGAIN = enum.auto()
    """A lost race (deadlock, serialization, a row that another has just added): run it again."""
    AWAY = enum.auto()
    """The server does not answer, or takes no work now."""
    FULL = enum.auto()
    """The server has no space left."""
    FAULT = enum.auto()
    """A mistake in this program or its data."""


_SQLSTATES = {
    "40001": Failure.AGAIN,  # serialization_failure
    "40P01": Failure.AGAIN,  # deadlock_detected
    "55P03": Failure.AGAIN,  # lock_not_available
    "23505": Failure.AGAIN,  # unique_violation: commands look first, so another was faster
    "23503": Failure.AGAIN,  # foreign_key_violation: what was found a moment ago is gone
    "53100": Failure.FULL,  # disk_full
    "53300": Failure.AWAY,  # too_many_connections
    "25006": Failure.AWAY,  # read_only_sql_transaction: a standby, until it is promoted
    "57014": Failure.AWAY,  # query_canceled: took too long
    "57P01": Failure.AWAY,  # admin_shutdown
    "57P02": Failure.AWAY,  # crash_shutdown
    "57P03": Failure.AWAY,  # cannot_connect_now
    "57P05": Failure.AWAY,  # idle_session_timeout
    "28000": Failure.AWAY,  # invalid_authorization_specification
    "28P01": Failure.AWAY,  # invalid_password
    "3D000": Failure.AWAY,  # invalid_catalog_name: no such database
}
"""PostgreSQL, Appendix A; the classes 08 (connection) and 58 (system) are AWAY too."""

_ERRNOS = {
    1213: Failure.AGAIN,  # ER_LOCK_DEADLOCK
    1205: Failure.AGAIN,  # ER_LOCK_WAIT_TIMEOUT
    1020: Failure.AGAIN,  # ER_CHECKREAD
    1062: Failure.AGAIN,  # ER_DUP_ENTRY: commands look first, so another was faster
    1452: Failure.AGAIN,  # ER_NO_REFERENCED_ROW_2: what was found a moment ago is gone
    1021: Failure.FULL,  # ER_DISK_FULL
    1114: Failure.FULL,  # ER_RECORD_FILE_FULL
    1040: Failure.AWAY,  # ER_CON_COUNT_ERROR
    1044: Failure.AWAY,  # ER_DBACCESS_DENIED_ERROR
    1045: Failure.AWAY,  # ER_ACCESS_DENIED_ERROR
    1049: Failure.AWAY,  # ER_BAD_DB_ERROR
    1053: Failure.AWAY,  # ER_SERVER_SHUTDOWN
    1077: Failure.AWAY,  # ER_NORMAL_SHUTDOWN
    1080: Failure.AWAY,  # ER_FORCING_CLOSE
    1129: Failure.AWAY,  # ER_HOST_IS_BLOCKED
    1290: Failure.AWAY,  # ER_OPTION_PREVENTS_STATEMENT: read only
    1927: Failure.AWAY,  # ER_CONNECTION_KILLED
}
"""MariaDB, "Error Codes"; 2000 to 2999 (the client's own: gone away, lost) are AWAY too."""


def classify(error: BaseException) -> Failure:
    """Return what ``error``, of SQLAlchemy or of a driver, means."""
    if isinstance(error, (OSError, EOFError, TimeoutError, PoolTimeout)):
        return Failure.AWAY
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return Failure.AWAY
        return classify(error.orig) if error.orig is not None else Failure.FAULT
    number = error.args[0] if error.args else None
    if isinstance(number, int):  # asyncmy's
        return Failure.AWAY if 2000 <= number < 3000 else _ERRNOS.get(number, Failure.FAULT)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):  # asyncpg's
        return Failure.AWAY if state[:2] in ("08", "58") else _SQLSTATES.get(state, Failure.FAULT)
    return Failure.AWAY if type(error).__name__ == "InterfaceError" else Failure.FAULT


def refusal(failure: Failure, error: BaseException) -> Exception | None:
    """Return what callers are told; None for a fault that is not a statement's, which is raised as it is."""
    reason = _reason(error)
    if failure is Failure.FULL:
        return StorageFull("the database has no space left: nothing was changed; free some space there")
    if failure is Failure.AGAIN:
        return Unavailable(f"the database is too busy with the same rows ({reason}); try again")
    if failure is Failure.AWAY:
        return Unavailable(
            f"the database does not answer ({reason}); see that it runs, and DB_URI; try again"
        )
    if isinstance(error, DBAPIError):
        return StatementFailed(f"{reason}: {error.statement}")
    return None


def _reason(error: BaseException) -> str:
    """Return the error's name and number: its text may tell strangers addresses and users."""
    adapted = getattr(error, "orig", None) or error
    cause = adapted.__cause__ or adapted
    number = getattr(cause, "sqlstate", None) or getattr(cause, "errno", None) or (cause.args or ("",))[0]
    return f"{type(cause).__name__} {number}".rstrip() if len(str(number)) <= 5 else type(cause).__name__
