"""What users have granted to applications, and what administrators offer them to grant."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select

from charthouse.engines.metadata.tables import access_token, account, oauth_application, oauth_assignment
from charthouse.ports.oauth import Assignment, Authorization

from .oauth_applications import APPLICATION, application_of
from .oauth_tokens import TOKEN, token_of

_T = access_token.c
_OF_ACCOUNT = (
    select(*TOKEN, *(column for column in APPLICATION if column.name != "application_id"))
    .outerjoin(oauth_application, oauth_application.c.id == _T.application_id)
    .outerjoin(account, account.c.id == oauth_application.c.namespace_id)
    .where(_T.account_id == bindparam("wanted"), _T.expires_ms > bindparam("now"))
    .order_by(_T.created_ms, _T.uuid)
)

_O = oauth_assignment.c
_ADD = insert(oauth_assignment)
_REPLACED = delete(oauth_assignment).where(
    _O.application_id == bindparam("application"), _O.account_id == bindparam("holder")
)
_OFFERS = (
    select(*APPLICATION, _O.uuid, _O.scopes, _O.redirect_uri, _O.response_type)
    .join(oauth_application, oauth_application.c.id == _O.application_id)
    .join(account, account.c.id == oauth_application.c.namespace_id)
    .where(_O.account_id == bindparam("wanted"))
    .order_by(_O.uuid)
)
_REMOVE = delete(oauth_assignment).where(_O.uuid == bindparam("wanted"), _O.account_id == bindparam("holder"))


def of_account(connection: Connection, account_id: int, now_ms: int) -> list[Authorization]:
    """Return the tokens of a user that have not expired, the oldest first."""
    return [
        Authorization(token_of(row), None if row.application_id is None else application_of(row))
        for row in connection.execute(_OF_ACCOUNT, {"wanted": account_id, "now": now_ms})
    ]


def add_assignment(connection: Connection, assignment: Assignment) -> None:
    """Keep an offer; one of the same application to the same user before is replaced."""
    application_id = assignment.application.application_id
    connection.execute(_REPLACED, {"application": application_id, "holder": assignment.account_id})
    row = {
        "uuid": assignment.uuid,
        "application_id": application_id,
        "account_id": assignment.account_id,
        "scopes": " ".join(assignment.scopes),
        "redirect_uri": assignment.redirect_uri,
        "response_type": assignment.response_type,
    }
    connection.execute(_ADD, row)


def assignments(connection: Connection, account_id: int) -> list[Assignment]:
    """Return the offers to a user."""
    return [
        Assignment(
            uuid=row.uuid,
            application=application_of(row),
            account_id=account_id,
            scopes=tuple(row.scopes.split()),
            redirect_uri=row.redirect_uri,
            response_type=row.response_type,
        )
        for row in connection.execute(_OFFERS, {"wanted": account_id})
    ]


def remove_assignment(connection: Connection, account_id: int, uuid: str) -> bool:
    """Forget an offer; False when the user has none of this uuid."""
    return connection.execute(_REMOVE, {"wanted": uuid, "holder": account_id}).rowcount > 0
