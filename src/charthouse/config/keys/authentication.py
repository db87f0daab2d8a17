"""Keys of where people's passwords are checked: the database, directories, login services."""

from __future__ import annotations

from ..key import Inert, Key, only
from ..shapes import anything, either, listing, mapping, names, table
from ..values import Kind, choice, decimal, duration, flag, number, secret, text, url, web

_LDAP = Inert("logins by LDAP")
_JWT = Inert("logins by a JWT service")
_KEYSTONE = Inert("logins by Keystone")
_OIDC = Inert("logins by OpenID Connect")
_GITHUB = Inert("logins by GitHub")
_GOOGLE = Inert("logins by Google")
_TEAMS = Inert("team synchronization")
_DATABASE = "people would log in with passwords of the registry's own database instead of yours"

_SERVICE: dict[str, Kind] = {
    "OIDC_SERVER": web,
    "CLIENT_ID": text,
    "CLIENT_SECRET": secret,
    "SERVICE_NAME": text,
    "SERVICE_ICON": text,
    "LOGIN_SCOPES": names,
    "LOGIN_BINDING_FIELD": text,
    "VERIFIED_EMAIL_CLAIM_NAME": text,
    "PREFERRED_USERNAME_CLAIM_NAME": text,
    "PREFERRED_GROUP_CLAIM_NAME": text,
    "SUPERUSER_GROUP": text,
    "GLOBAL_READONLY_SUPERUSER_GROUP": text,
    "OIDC_ISSUER": text,
    "OIDC_ISSUERS": names,
    "OIDC_AUDIENCES": names,
    "OIDC_ALLOWED_CLIENTS": names,
    "OIDC_DISABLE_USER_ENDPOINT": flag,
    "OIDC_ENDPOINT_CUSTOM_PARAMS": table(mapping({}, rest=anything), "expected parameters for each endpoint"),
    "USE_PKCE": flag,
    "PKCE_METHOD": text,
    "PUBLIC_CLIENT": flag,
    "DEBUGGING": flag,
}
_GITHUB_APPLICATION: dict[str, Kind] = {
    "GITHUB_ENDPOINT": web,
    "API_ENDPOINT": web,
    "CLIENT_ID": text,
    "CLIENT_SECRET": secret,
    "ORG_RESTRICT": flag,
    "ALLOWED_ORGANIZATIONS": names,
}
_APPLICATION: dict[str, Kind] = {"CLIENT_ID": text, "CLIENT_SECRET": secret}
_DN = listing(text)

KEYS = (
    Key(
        "AUTHENTICATION_TYPE",
        choice("Database", "LDAP", "JWT", "Keystone", "OIDC", "AppToken"),
        "Where passwords are checked.",
        quay="Database",
        status=only("Database", _DATABASE),
    ),
    Key("LDAP_URI", url("ldap", "ldaps"), "Address of the directory.", quay="ldap://localhost", status=_LDAP),
    Key("LDAP_BASE_DN", _DN, "Parts of the name that all others end with.", quay=None, status=_LDAP),
    Key("LDAP_ADMIN_DN", text, "Who looks people up.", quay=None, status=_LDAP),
    Key("LDAP_ADMIN_PASSWD", secret, "Password for that.", quay=None, status=_LDAP),
    Key("LDAP_USER_RDN", _DN, "Parts before the base under which people are.", quay=[], status=_LDAP),
    Key("LDAP_SECONDARY_USER_RDNS", _DN, "Where else people are.", quay=[], status=_LDAP),
    Key("LDAP_UID_ATTR", text, "Attribute of the user name.", quay="uid", status=_LDAP),
    Key("LDAP_EMAIL_ATTR", text, "Attribute of the e-mail address.", quay="mail", status=_LDAP),
    Key("LDAP_MEMBEROF_ATTR", text, "Attribute of the groups.", quay="memberOf", status=_LDAP),
    Key("LDAP_USER_FILTER", text, "Filter that people must match.", quay=None, status=_LDAP),
    Key("LDAP_SUPERUSER_FILTER", text, "Filter of superusers.", quay=None, since="3.8", status=_LDAP),
    Key(
        "LDAP_RESTRICTED_USER_FILTER",
        text,
        "Filter of restricted users.",
        quay=None,
        since="3.8",
        status=_LDAP,
    ),
    Key(
        "LDAP_GLOBAL_READONLY_SUPERUSER_FILTER",
        text,
        "Filter of read-only superusers.",
        quay=None,
        since="3.12",
        status=_LDAP,
    ),
    Key("LDAP_TIMEOUT", number(), "Seconds that an answer may take.", quay=None, status=_LDAP),
    Key("LDAP_NETWORK_TIMEOUT", number(), "Seconds that a connection may take.", quay=None, status=_LDAP),
    Key(
        "LDAP_FOLLOW_REFERRALS",
        either(flag, number(0, 1)),
        "Referrals to other servers are followed.",
        quay=True,
        status=_LDAP,
    ),
    Key(
        "LDAP_ALLOW_INSECURE_FALLBACK",
        flag,
        "Where TLS fails, the directory is asked without it.",
        quay=False,
        status=Inert("logins by LDAP", as_is=False),
    ),
    Key(
        "FEATURE_LDAP_CACHING",
        flag,
        "Answers are kept for a while.",
        quay=False,
        since="master",
        status=_LDAP,
    ),
    Key("LDAP_CACHE_TTL", duration(), "How long.", quay=5, since="master", status=_LDAP),
    Key(
        "LDAP_CONNECTION_POOLING",
        flag,
        "Connections are used again.",
        quay=True,
        since="master",
        status=_LDAP,
    ),
    Key("LDAP_POOL_SIZE", number(1), "How many there are.", quay=10, since="master", status=_LDAP),
    Key("LDAP_POOL_MAX_WAIT", decimal(), "Seconds to wait for one.", quay=5.0, since="master", status=_LDAP),
    Key(
        "LDAP_POOL_CONNECTION_LIFETIME",
        number(1),
        "Seconds of its life.",
        quay=300,
        since="master",
        status=_LDAP,
    ),
    Key("JWT_VERIFY_ENDPOINT", web, "Address that checks a password.", quay=None, status=_JWT),
    Key("JWT_QUERY_ENDPOINT", web, "Address that looks users up.", quay=None, status=_JWT),
    Key("JWT_GETUSER_ENDPOINT", web, "Address that tells of one user.", quay=None, status=_JWT),
    Key("JWT_AUTH_ISSUER", text, "Issuer of its answers.", quay=None, status=_JWT),
    Key("JWT_AUTH_MAX_FRESH_S", duration(), "Age at which an answer is refused.", quay=300, status=_JWT),
    Key("KEYSTONE_AUTH_URL", web, "Address of Keystone.", quay=None, status=_KEYSTONE),
    Key("KEYSTONE_AUTH_VERSION", number(2, 3), "Version of its API.", quay=2, status=_KEYSTONE),
    Key("KEYSTONE_AUTH_TIMEOUT", number(), "Seconds that an answer may take.", quay=None, status=_KEYSTONE),
    Key("KEYSTONE_ADMIN_USERNAME", text, "Who looks people up.", quay=None, status=_KEYSTONE),
    Key("KEYSTONE_ADMIN_PASSWORD", secret, "Password for that.", quay=None, status=_KEYSTONE),
    Key("KEYSTONE_ADMIN_TENANT", text, "Tenant for that.", quay=None, status=_KEYSTONE),
    Key(
        "*_LOGIN_CONFIG",
        mapping(_SERVICE, ["OIDC_SERVER", "CLIENT_ID", "SERVICE_NAME"]),
        "A login service that speaks OpenID Connect; what stands before `_LOGIN_CONFIG` is its id.",
        quay=None,
        status=_OIDC,
    ),
    Key("FEATURE_GITHUB_LOGIN", flag, "People may log in by GitHub.", quay=False, status=_GITHUB),
    Key(
        "GITHUB_LOGIN_CONFIG",
        mapping(_GITHUB_APPLICATION, ["CLIENT_ID", "CLIENT_SECRET"]),
        "The application there.",
        quay=None,
        status=_GITHUB,
    ),
    Key("FEATURE_GOOGLE_LOGIN", flag, "People may log in by Google.", quay=False, status=_GOOGLE),
    Key(
        "GOOGLE_LOGIN_CONFIG",
        mapping(_APPLICATION, ["CLIENT_ID", "CLIENT_SECRET"]),
        "The application there.",
        quay=None,
        status=_GOOGLE,
    ),
    Key("FEATURE_TEAM_SYNCING", flag, "Teams follow groups of the directory.", quay=False, status=_TEAMS),
    Key(
        "FEATURE_NONSUPERUSER_TEAM_SYNCING_SETUP",
        flag,
        "Not only superusers may set that up.",
        quay=False,
        status=_TEAMS,
    ),
    Key("TEAM_RESYNC_STALE_TIME", duration(1), "Time between two looks.", quay="30m", status=_TEAMS),
    Key("TEAM_SYNC_WORKER_FREQUENCY", duration(1), "Time between two rounds.", quay=60, status=_TEAMS),
)
