"""What people type for a new account, checked before the services do, to be told in their language."""

from __future__ import annotations

from charthouse.model.errors import InvalidRequest
from charthouse.model.names import is_namespace
from charthouse.services.identity.passwords import check_password
from charthouse.services.identity.users import check_email

from .visit import Form, Visit


def new_name(visit: Visit, form: Form, field: str) -> str:
    """Return the name of a new user or organization; raises InvalidRequest."""
    name = form.text(field)
    if not is_namespace(name):
        raise InvalidRequest(
            visit.gettext(
                "A name has 2 to 255 small letters and digits, with a single dot, dash or underscore between some."
            )
        )
    return name


def new_password(visit: Visit, form: Form, field: str) -> str:
    """Return a new password; raises InvalidRequest."""
    password = form.raw(field)
    try:
        check_password(password)
    except InvalidRequest:
        raise InvalidRequest(
            visit.gettext("A password has at least 8 characters, and no spaces: choose another.")
        ) from None
    return password


def new_email(visit: Visit, form: Form, field: str) -> str:
    """Return an e-mail address, "" without one; raises InvalidRequest."""
    email = form.text(field)
    try:
        check_email(email)
    except InvalidRequest:
        raise InvalidRequest(
            visit.gettext("This is not an e-mail address: mend it, or leave it out.")
        ) from None
    return email
