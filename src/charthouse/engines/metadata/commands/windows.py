"""The time machine of a namespace as SQL: how long what a repository hid stays in it."""

from __future__ import annotations

from sqlalchemy import BigInteger, BindParameter, ColumnElement, bindparam, case, func, select

from charthouse.engines.metadata.tables import account, repository

NOW: BindParameter[int] = bindparam("now", type_=BigInteger)
WINDOW: BindParameter[int] = bindparam("window", type_=BigInteger)
"""That of namespaces which have not chosen theirs, in milliseconds."""
GRACE: BindParameter[int] = bindparam("grace", type_=BigInteger)
"""How long an untagged manifest stays at least: its push may be under way."""

OF_NAMESPACE: ColumnElement[int] = func.coalesce(account.c.tag_window_s * 1000, WINDOW)
"""The window of a repository's namespace, joined by ``IN_NAMESPACE``."""
UNTAGGED: ColumnElement[int] = case((OF_NAMESPACE > GRACE, OF_NAMESPACE), else_=GRACE)
"""How long an untagged manifest stays."""
IN_NAMESPACE = account.c.id == repository.c.namespace_id

_chosen = account.alias("chosen")
_shortest = select(func.min(_chosen.c.tag_window_s) * 1000).scalar_subquery()
SHORTEST: ColumnElement[int] = case((_shortest < WINDOW, _shortest), else_=WINDOW)
"""The shortest window of any namespace: what is younger need not be looked at."""
