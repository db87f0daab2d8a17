"""Keys of mail."""

from __future__ import annotations

from ..key import Area, Inert, Key
from ..values import duration, flag, port, secret, text


class Mail(Area, frozen=True, kw_only=True):
    """Whether and how mail is sent."""

    enabled: bool = False


_LATER = "mail"

KEYS = (
    Key(
        "FEATURE_MAILING",
        flag,
        "Organizations tell an address, and who is added to a team must accept first (`FEATURE_REQUIRE_TEAM_INVITE`)."
        " No mail is sent yet: invitations are found among one's notifications.",
        field="mail.enabled",
        quay=True,
        why="there is no mail yet; people are added to teams at once",
    ),
    Key("MAIL_SERVER", text, "Host of the mail server.", quay="", status=Inert(_LATER, as_is="")),
    Key("MAIL_PORT", port, "Its port.", quay=587, status=Inert(_LATER)),
    Key("MAIL_USE_TLS", flag, "The connection is encrypted.", quay=True, status=Inert(_LATER)),
    Key("MAIL_USERNAME", text, "User there.", quay=None, status=Inert(_LATER, as_is="")),
    Key("MAIL_PASSWORD", secret, "Password there.", quay=None, status=Inert(_LATER, as_is="")),
    Key("MAIL_DEFAULT_SENDER", text, "Sender of all mail.", quay="admin@example.com", status=Inert(_LATER)),
    Key("MAIL_FAIL_SILENTLY", flag, "Mail that can't be sent is no error.", quay=False, status=Inert(_LATER)),
    Key(
        "USER_RECOVERY_TOKEN_LIFETIME",
        duration(1),
        "How long the link of a recovery mail works.",
        quay="30m",
        status=Inert(_LATER),
    ),
)
