"""What cannot be undone: the whole name is typed, and compared here again."""

from __future__ import annotations

from charthouse.model.errors import InvalidRequest

from .visit import Form, Visit


def require_typed(visit: Visit, form: Form, name: str) -> None:
    """Return when the form's ``confirm`` is ``name``; raises InvalidRequest."""
    if form.text("confirm") != name:
        raise InvalidRequest(visit.gettext("Type %(name)s, exactly so, to go on.") % {"name": name})
