"""Access tokens as applications and users see them, and the codes that become tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from charthouse.engines.metadata.tables import access_token, account, oauth_application, oauth_code
from charthouse.ports.accounts import AccessToken
from charthouse.ports.oauth import AuthorizationCode, MadeToken, Redemption
from charthouse.ports.reads import ChangeKind

from .changes import log_change

_T = access_token.c
TOKEN = tuple(_T[name] for name in AccessToken.__struct_fields__)
"""The columns that ``token_of`` reads."""

_ADD = insert(access_token)
_LOCK_APPLICATION = (
    select(oauth_application.c.id).where(oauth_application.c.id == bindparam("wanted")).with_for_update()
)
_MADE = select(func.count()).where(_T.application_id == bindparam("wanted"), _T.creator != "")
_OF_APPLICATION = (
    select(*TOKEN, account.c.name.label("user_name"))
    .join(account, account.c.id == _T.account_id)
    .where(_T.application_id == bindparam("wanted"), _T.uuid > bindparam("after"))
    .order_by(_T.uuid)
    .limit(bindparam("most"))
)
_GRANTED = select(_T.scopes).where(
    _T.application_id == bindparam("application"),
    _T.account_id == bindparam("holder"),
    _T.expires_ms > bindparam("now"),
    _T.creator == "",
)
_ONE = select(_T.token_hash, _T.account_id).where(_T.uuid == bindparam("wanted"))
_ONE_OF_APPLICATION = _ONE.where(_T.application_id == bindparam("application"))
_ONE_OF_ACCOUNT = _ONE.where(_T.account_id == bindparam("holder"))
_REMOVE = delete(access_token).where(_T.token_hash == bindparam("wanted"))
_RAISE_EPOCH = update(account).where(account.c.id == bindparam("wanted")).values(epoch=account.c.epoch + 1)

_ADD_CODE = insert(oauth_code)
_CODE = select(oauth_code).where(oauth_code.c.code_hash == bindparam("wanted"))
_REMOVE_CODE = delete(oauth_code).where(oauth_code.c.code_hash == bindparam("wanted"))
_REMOVE_CODES = delete(oauth_code).where(oauth_code.c.expires_ms < bindparam("before"))


def end_registry_tokens(connection: Connection, account_id: int) -> None:
    """End what the registry gave to an account: one of its credentials, which may have asked for it, is gone."""
    connection.execute(_RAISE_EPOCH, {"wanted": account_id})
    log_change(connection, ChangeKind.ACCOUNT, account_id)


def add(connection: Connection, token: AccessToken, at_most: int | None) -> bool:
    """Keep a token that an administrator made; False when its application has ``at_most`` such tokens."""
    if at_most is not None:
        wanted = {"wanted": token.application_id}
        connection.execute(_LOCK_APPLICATION, wanted)
        if connection.execute(_MADE, wanted).scalar_one() >= at_most:
            return False
    _add(connection, token)
    return True


def of_application(connection: Connection, application_id: int, after: str, limit: int) -> list[MadeToken]:
    """Return at most ``limit`` tokens with uuids greater than ``after``, in their order."""
    asked = {"wanted": application_id, "after": after, "most": limit}
    return [MadeToken(token_of(row), row.user_name) for row in connection.execute(_OF_APPLICATION, asked)]


def granted(connection: Connection, account_id: int, application_id: int, now_ms: int) -> Sequence[str]:
    """Return the scopes that the user has granted to the application in person, of unexpired tokens."""
    asked = {"application": application_id, "holder": account_id, "now": now_ms}
    texts = connection.execute(_GRANTED, asked).scalars().all()
    return sorted({scope for text in texts for scope in text.split()})


def remove_of_application(connection: Connection, application_id: int, uuid: str) -> bool:
    """Revoke a token of the application; False when it has none of this uuid."""
    return _revoke(connection, _ONE_OF_APPLICATION, {"wanted": uuid, "application": application_id})


def remove_of_account(connection: Connection, account_id: int, uuid: str) -> bool:
    """Revoke a token of the user; False when there is none of this uuid."""
    return _revoke(connection, _ONE_OF_ACCOUNT, {"wanted": uuid, "holder": account_id})


def add_code(connection: Connection, code: AuthorizationCode) -> None:
    """Keep a code."""
    connection.execute(_ADD_CODE, msgspec.structs.asdict(code) | {"scopes": " ".join(code.scopes)})


def redeem(connection: Connection, redemption: Redemption) -> AccessToken | None:
    """Exchange a code for a token; a code that is gone revokes the token that it became."""
    row = connection.execute(_CODE, {"wanted": redemption.code_hash}).first()
    if connection.execute(_REMOVE_CODE, {"wanted": redemption.code_hash}).rowcount == 0 or row is None:
        _revoke(connection, _ONE, {"wanted": redemption.token_uuid})
        return None
    if not _fits(row, redemption):
        return None
    token = AccessToken(
        token_hash=redemption.token_hash,
        account_id=row.account_id,
        application="",
        scopes=tuple(row.scopes.split()),
        created_ms=redemption.now_ms,
        expires_ms=redemption.expires_ms,
        uuid=redemption.token_uuid,
        application_id=row.application_id,
    )
    _add(connection, token)
    return token


def remove_expired_codes(connection: Connection, now_ms: int) -> int:
    """Forget codes that nobody exchanged in time; returns how many."""
    return connection.execute(_REMOVE_CODES, {"before": now_ms}).rowcount


def token_of(row: Row[*tuple[Any, ...]]) -> AccessToken:
    """Return the token in a row that has the columns of ``TOKEN``."""
    fields = {name: getattr(row, name) for name in AccessToken.__struct_fields__}
    return AccessToken(**fields | {"scopes": tuple(row.scopes.split())})


def _fits(row: Row[*tuple[Any, ...]], redemption: Redemption) -> bool:
    """Tell whether who presents a code is who may, in time and with what the code was made with."""
    return bool(
        row.application_id == redemption.application_id
        and row.redirect_uri == redemption.redirect_uri
        and row.challenge == redemption.challenge
        and row.expires_ms > redemption.now_ms
        and (redemption.scopes is None or redemption.scopes == frozenset(row.scopes.split()))
    )


def _add(connection: Connection, token: AccessToken) -> None:
    connection.execute(_ADD, msgspec.structs.asdict(token) | {"scopes": " ".join(token.scopes)})


def _revoke(
    connection: Connection, question: Select[tuple[str, int]], asked: Mapping[str, str | int]
) -> bool:
    row = connection.execute(question, asked).first()
    if row is None or connection.execute(_REMOVE, {"wanted": row.token_hash}).rowcount == 0:
        return False
    end_registry_tokens(connection, row.account_id)
    return True
