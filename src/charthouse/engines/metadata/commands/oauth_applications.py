"""OAuth applications."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from charthouse.engines.metadata.tables import (
    access_token,
    account,
    oauth_application,
    oauth_assignment,
    oauth_code,
)
from charthouse.ports.accounts import AccountKind
from charthouse.ports.oauth import Application, Details, Owner

from .oauth_tokens import end_registry_tokens

_A = oauth_application.c
APPLICATION = (
    _A.id.label("application_id"), _A.client_id, _A.name.label("title_shown"), _A.description,
    _A.application_uri, _A.redirect_uri.label("registered_uri"), _A.avatar_email, _A.sealed_secret,
    _A.created_ms.label("made_ms"), account.c.id.label("owner_id"), account.c.name.label("owner"),
    account.c.email.label("owner_email"), account.c.kind.label("owner_kind"),
)  # fmt: skip
"""The columns that ``application_of`` reads; the namespace's account is joined."""

_ALL = select(*APPLICATION).join(account, account.c.id == _A.namespace_id)
_OF_NAMESPACE = _ALL.where(_A.namespace_id == bindparam("wanted")).order_by(_A.id)
_BY_CLIENT_ID = _ALL.where(_A.client_id == bindparam("wanted"))
_ADD = insert(oauth_application)
_ONE = _A.id == bindparam("wanted")
_CHANGE = (
    update(oauth_application)
    .where(_ONE)
    .values({name: bindparam(f"new_{name}") for name in Details.__struct_fields__})
)
_SET_SECRET = update(oauth_application).where(_ONE).values(sealed_secret=bindparam("new_secret"))
_HOLDERS = (
    select(access_token.c.account_id).where(access_token.c.application_id == bindparam("wanted")).distinct()
)
_REMOVE_CODES = delete(oauth_code).where(oauth_code.c.application_id == bindparam("wanted"))
_REMOVE = (
    delete(access_token).where(access_token.c.application_id == bindparam("wanted")),
    _REMOVE_CODES,
    delete(oauth_assignment).where(oauth_assignment.c.application_id == bindparam("wanted")),
    delete(oauth_application).where(_ONE),
)


def add(
    connection: Connection,
    namespace_id: int,
    client_id: str,
    details: Details,
    sealed_secret: bytes,
    now_ms: int,
) -> None:
    """Make an application."""
    row = {"namespace_id": namespace_id, "client_id": client_id, "sealed_secret": sealed_secret}
    connection.execute(_ADD, row | msgspec.structs.asdict(details) | {"created_ms": now_ms})


def of_namespace(connection: Connection, namespace_id: int) -> list[Application]:
    """Return the applications of a namespace, the oldest first."""
    return [application_of(row) for row in connection.execute(_OF_NAMESPACE, {"wanted": namespace_id})]


def by_client_id(connection: Connection, client_id: str) -> Application | None:
    """Return the application; what cannot be an identifier is nobody's."""
    if not client_id.isascii() or "\0" in client_id:  # PostgreSQL refuses to compare such text
        return None
    row = connection.execute(_BY_CLIENT_ID, {"wanted": client_id}).first()
    return None if row is None else application_of(row)


def change(connection: Connection, application_id: int, details: Details) -> None:
    """Replace what is told of it."""
    new = {f"new_{name}": value for name, value in msgspec.structs.asdict(details).items()}
    connection.execute(_CHANGE, new | {"wanted": application_id})


def set_secret(connection: Connection, application_id: int, sealed_secret: bytes) -> None:
    """Replace the secret; codes that were given out before end."""
    connection.execute(_SET_SECRET, {"wanted": application_id, "new_secret": sealed_secret})
    connection.execute(_REMOVE_CODES, {"wanted": application_id})


def remove(connection: Connection, application_id: int) -> None:
    """Forget it and all that was made for it; registry tokens of the users concerned end too."""
    wanted = {"wanted": application_id}
    holders = connection.execute(_HOLDERS, wanted).scalars().all()
    for statement in _REMOVE:
        connection.execute(statement, wanted)
    for holder in holders:
        end_registry_tokens(connection, holder)


def application_of(row: Row[*tuple[Any, ...]]) -> Application:
    """Return the application in a row that has the columns of ``APPLICATION``."""
    return Application(
        application_id=row.application_id,
        client_id=row.client_id,
        owner=Owner(row.owner_id, row.owner, row.owner_email, AccountKind(row.owner_kind)),
        details=Details(
            row.title_shown, row.description, row.application_uri, row.registered_uri, row.avatar_email
        ),
        sealed_secret=row.sealed_secret,
        created_ms=row.made_ms,
    )
