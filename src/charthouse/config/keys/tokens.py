"""Keys of tokens: of the registry, of applications, of OAuth, and the keys that sign them."""

from __future__ import annotations

from ..key import Area, Inert, Key, LeftOut
from ..shapes import names
from ..values import duration, flag, nullable, number, path, text


class Tokens(Area, frozen=True, kw_only=True):
    """Tokens that people and applications make. Durations are seconds."""

    app_specific: bool = True
    app_specific_seconds: int | None = None
    app_specific_kept: int | None = 86400
    oauth_direct_clients: tuple[str, ...] = ()
    oauth_assignment: bool = True
    oauth_maximum: int | None = None
    oauth_local_handler: str = "/oauth/localapp"


class ServiceKeys(Area, frozen=True, kw_only=True):
    """Keys that services are known by. Durations are seconds."""

    unapproved_seconds: int = 86400
    expired_seconds: int = 7 * 86400


_SIGNING = LeftOut("signing keys are made, kept, renewed and shared by themselves")
_BOOTSTRAP = "bootstrap tokens for programs"

KEYS = (
    Key(
        "CHARTHOUSE_TOKEN_SECONDS",
        duration(60),
        "Life of a registry token; Quay's live one hour. Revocation does not wait for it.",
        field="token_seconds",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_REFRESH_TOKEN_SECONDS",
        duration(60),
        "Life of a refresh token of the OAuth2 form.",
        field="refresh_token_seconds",
        environment=True,
    ),
    Key(
        "REGISTRY_JWT_AUTH_MAX_FRESH_S",
        duration(),
        "Age of a registry token at which it is refused.",
        quay=3660,
        status=LeftOut("tokens say themselves when they end, see `CHARTHOUSE_TOKEN_SECONDS`"),
    ),
    Key(
        "FEATURE_APP_SPECIFIC_TOKENS",
        flag,
        "Users may make tokens for clients.",
        field="tokens.app_specific",
        quay=True,
    ),
    Key(
        "APP_SPECIFIC_TOKEN_EXPIRATION",
        nullable(duration(1)),
        "Life of such a token; null: for ever.",
        field="tokens.app_specific_seconds",
        quay=None,
    ),
    Key(
        "EXPIRED_APP_SPECIFIC_TOKEN_GC",
        nullable(duration()),
        "How long an expired one is still listed; null: for ever.",
        field="tokens.app_specific_kept",
        quay="1d",
    ),
    Key(
        "DIRECT_OAUTH_CLIENTID_WHITELIST",
        names,
        "Client ids that may log a user in with name and password at `/oauth/authorizeapp`.",
        field="tokens.oauth_direct_clients",
        quay=[],
    ),
    Key(
        "FEATURE_ASSIGN_OAUTH_TOKEN",
        flag,
        "An organization's administrator may offer a token to another user.",
        field="tokens.oauth_assignment",
        quay=True,
        since="3.12",
    ),
    Key(
        "OAUTH_APPLICATION_MAXIMUM_TOKEN_COUNT",
        nullable(number(1)),
        "Tokens that one application may have; null: any number.",
        field="tokens.oauth_maximum",
        quay=None,
        since="3.18",
    ),
    Key(
        "LOCAL_OAUTH_HANDLER",
        path,
        "Path that shows a token which a user made for themselves.",
        field="tokens.oauth_local_handler",
        quay="/oauth/localapp",
    ),
    Key(
        "UNAPPROVED_SERVICE_KEY_TTL_SEC",
        duration(),
        "How long a service key may wait for approval.",
        field="service_keys.unapproved_seconds",
        quay=86400,
    ),
    Key(
        "EXPIRED_SERVICE_KEY_TTL_SEC",
        duration(),
        "How long an expired service key is kept.",
        field="service_keys.expired_seconds",
        quay=7 * 86400,
    ),
    Key("INSTANCE_SERVICE_KEY_SERVICE", text, "Name of Quay's own key.", quay="quay", status=_SIGNING),
    Key("INSTANCE_SERVICE_KEY_EXPIRATION", number(1), "Its life in minutes.", quay=120, status=_SIGNING),
    Key("INSTANCE_SERVICE_KEY_REFRESH", number(1), "Minutes between renewals.", quay=55, status=_SIGNING),
    Key("INSTANCE_SERVICE_KEY_KID_LOCATION", text, "File of its id.", quay=None, status=_SIGNING),
    Key("INSTANCE_SERVICE_KEY_LOCATION", text, "File of the key.", quay=None, status=_SIGNING),
    Key(
        "FEATURE_PROGRAMMATIC_BOOTSTRAP",
        flag,
        "The first start writes a token for programs.",
        quay=False,
        since="3.18",
        status=Inert(_BOOTSTRAP),
    ),
    Key(
        "BOOTSTRAP_TOKEN_OWNER", text, "Whose token it is.", quay=None, since="3.18", status=Inert(_BOOTSTRAP)
    ),
    Key("BOOTSTRAP_TOKEN_PATH", text, "Its file.", quay=None, since="3.18", status=Inert(_BOOTSTRAP)),
    Key("BOOTSTRAP_TOKEN_SCOPE", text, "What it allows.", quay=None, since="3.18", status=Inert(_BOOTSTRAP)),
    Key(
        "BOOTSTRAP_TOKEN_EXPIRATION",
        duration(1),
        "How long it lives.",
        quay=3600,
        since="3.18",
        status=Inert(_BOOTSTRAP),
    ),
    Key(
        "PROGRAMMATIC_TOKEN_PATH",
        text,
        "File that it is written to.",
        quay=None,
        since="3.18",
        status=Inert(_BOOTSTRAP),
    ),
    Key(
        "PROGRAMMATIC_TOKEN_K8S_SECRET",
        text,
        "Kubernetes secret that it is written to: its name, not a secret itself.",
        quay=None,
        since="3.18",
        status=Inert(_BOOTSTRAP),
    ),
    Key(
        "PROGRAMMATIC_TOKEN_K8S_KEY",
        text,
        "Entry of that secret.",
        quay="token.json",
        since="3.18",
        status=Inert(_BOOTSTRAP),
    ),
    Key(
        "PROGRAMMATIC_TOKEN_K8S_NAMESPACE",
        text,
        "Namespace of that secret.",
        quay=None,
        since="3.18",
        status=Inert(_BOOTSTRAP),
    ),
)
