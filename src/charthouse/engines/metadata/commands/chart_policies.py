"""What namespaces ask of charts that are pushed to them."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from charthouse.engines.metadata.tables import DELETED_ACCOUNT, account, chart_policy
from charthouse.model.errors import NotFound
from charthouse.ports.chart_policies import NO_POLICY, ChartPolicy, FindingSeverity, LintAction

_FIELDS = select(chart_policy.c.action, chart_policy.c.severity, chart_policy.c.exempt)
_GET = _FIELDS.where(chart_policy.c.namespace_id == bindparam("namespace"))
_OF = _FIELDS.join(account, account.c.id == chart_policy.c.namespace_id).where(
    account.c.name == bindparam("wanted")
)
_LOCK = (
    select(account.c.id)
    .where(account.c.id == bindparam("namespace"), account.c.kind != DELETED_ACCOUNT)
    .with_for_update()
)
_DROP = delete(chart_policy).where(chart_policy.c.namespace_id == bindparam("namespace"))
_ADD = insert(chart_policy)


def get(connection: Connection, namespace_id: int) -> ChartPolicy:
    """Return a namespace's policy, NO_POLICY when it has none."""
    return _policy(connection.execute(_GET, {"namespace": namespace_id}).first())


def put(connection: Connection, namespace_id: int, policy: ChartPolicy) -> None:
    """Replace a namespace's policy; raises NotFound when the namespace is gone."""
    if connection.execute(_LOCK, {"namespace": namespace_id}).first() is None:
        raise NotFound("there is no such organization or user any more")
    connection.execute(_DROP, {"namespace": namespace_id})
    if policy != NO_POLICY:
        row = {
            "namespace_id": namespace_id,
            "action": policy.action.value,
            "severity": policy.severity.value,
            "exempt": msgspec.json.encode(policy.exempt).decode(),
        }
        connection.execute(_ADD, row)


def of(connection: Connection, namespace: str) -> ChartPolicy:
    """Return the policy of the namespace that is called so now."""
    return _policy(connection.execute(_OF, {"wanted": namespace}).first())


def _policy(row: Row[*tuple[Any, ...]] | None) -> ChartPolicy:
    if row is None:
        return NO_POLICY
    exempt = msgspec.json.decode(row.exempt, type=tuple[str, ...])
    return ChartPolicy(LintAction(row.action), FindingSeverity(row.severity), exempt)
