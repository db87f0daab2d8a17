"""Keys of accounts: superusers, who may have an account, what people may do with theirs, robots."""

from __future__ import annotations

from ..key import Area, Inert, Key, LeftOut, only
from ..shapes import names
from ..values import duration, flag, secret, text


class People(Area, frozen=True, kw_only=True):
    """Who there may be, and who is above the others. Durations are seconds."""

    super_users_enabled: bool = True
    super_users: tuple[str, ...] = ()
    read_only_super_users: tuple[str, ...] = ()
    super_users_full_access: bool = False
    super_users_make_organizations: bool = False
    restricted: bool = False
    restricted_whitelist: tuple[str, ...] = ()
    creation: bool = False
    invite_only: bool = False
    metadata: bool = False
    blacklist_emails: bool = False
    blacklisted_email_domains: tuple[str, ...] = ()
    team_invites: bool = True
    direct_login: bool = True
    encrypted_basic_auth: bool = False
    partial_autocomplete: bool = True
    last_accessed: bool = True
    last_accessed_seconds: int = 60
    robots_disallowed: bool = False
    robots_whitelist: tuple[str, ...] = ()
    configuration_dump: bool = False


_LATER = "accounts"
_SIGN_UP = "sign-up"


KEYS = (
    Key(
        "SUPER_USERS",
        names,
        "Users who administer the registry. Without a configuration file the first user is one.",
        field="people.super_users",
        quay=[],
    ),
    Key(
        "FEATURE_SUPER_USERS",
        flag,
        "There are superusers; false: `SUPER_USERS` counts for nothing.",
        field="people.super_users_enabled",
        quay=True,
    ),
    Key(
        "GLOBAL_READONLY_SUPER_USERS",
        names,
        "Users who may see all that superusers see, and change nothing by it.",
        field="people.read_only_super_users",
        quay=[],
        since="3.8",
    ),
    Key(
        "FEATURE_SUPERUSERS_FULL_ACCESS",
        flag,
        "Superusers may read and change every repository and organization.",
        field="people.super_users_full_access",
        quay=False,
        since="3.8",
    ),
    Key(
        "FEATURE_SUPERUSERS_ORG_CREATION_ONLY",
        flag,
        "Only superusers may make organizations.",
        field="people.super_users_make_organizations",
        quay=False,
        since="3.8",
    ),
    Key(
        "FEATURE_RESTRICTED_USERS",
        flag,
        "Users who are not on the list may make nothing in their own namespace.",
        field="people.restricted",
        quay=False,
        since="3.8",
    ),
    Key(
        "RESTRICTED_USERS_WHITELIST",
        names,
        "Users whom `FEATURE_RESTRICTED_USERS` leaves alone.",
        field="people.restricted_whitelist",
        quay=[],
        since="3.8",
    ),
    Key(
        "FEATURE_USER_CREATION",
        flag,
        "Strangers may make an account. Superusers always may make one for others.",
        field="people.creation",
        quay=True,
        why="an account gives the right to push: who wants sign-up open must say so",
    ),
    Key(
        "FEATURE_INVITE_ONLY_USER_CREATION",
        flag,
        "Who makes an account needs an invitation to a team.",
        field="people.invite_only",
        quay=False,
    ),
    Key(
        "FEATURE_BLACKLISTED_EMAILS",
        flag,
        "No account is made with an address of `BLACKLISTED_EMAIL_DOMAINS`.",
        field="people.blacklist_emails",
        quay=False,
    ),
    Key(
        "BLACKLISTED_EMAIL_DOMAINS",
        names,
        "Domains, with all below them.",
        field="people.blacklisted_email_domains",
        quay=[],
    ),
    Key(
        "FEATURE_RECAPTCHA",
        flag,
        "Sign-up and recovery ask a question of Google's.",
        quay=False,
        status=only(False, "nobody would be asked: keep FEATURE_USER_CREATION false instead"),
    ),
    Key("RECAPTCHA_SITE_KEY", text, "Public key for that.", quay=None, status=Inert(_SIGN_UP)),
    Key("RECAPTCHA_SECRET_KEY", secret, "Secret key for that.", quay=None, status=Inert(_SIGN_UP)),
    Key(
        "RECAPTCHA_WHITELISTED_USERS",
        names,
        "Users who are not asked.",
        quay=[],
        since="3.8",
        status=Inert(_SIGN_UP, as_is=()),
    ),
    Key(
        "FEATURE_REQUIRE_TEAM_INVITE",
        flag,
        "Who is added to a team must accept first; only where mail is sent.",
        field="people.team_invites",
        quay=True,
    ),
    Key(
        "FEATURE_DIRECT_LOGIN",
        flag,
        "People may sign in to the console with name and password. Clients of the registry may either way.",
        field="people.direct_login",
        quay=True,
    ),
    Key(
        "FEATURE_REQUIRE_ENCRYPTED_BASIC_AUTH",
        flag,
        "Clients log in with an encrypted password or a token, never with the password itself.",
        field="people.encrypted_basic_auth",
        quay=False,
    ),
    Key(
        "ACCOUNT_RECOVERY_MODE",
        flag,
        "Only direct logins and account endpoints work.",
        quay=False,
        status=only(False, "everything else would work on: stop the servers that people use"),
    ),
    Key(
        "FEATURE_USER_RENAME",
        flag,
        "Users may change their name.",
        quay=False,
        status=LeftOut("what was pushed and granted under the old name would be anybody's who takes it next"),
    ),
    Key(
        "FEATURE_USER_METADATA",
        flag,
        "Users may tell their names and company.",
        field="people.metadata",
        quay=False,
    ),
    Key(
        "FEATURE_USERNAME_CONFIRMATION",
        flag,
        "People confirm the name that was made for them at a first login from elsewhere.",
        quay=True,
        status=Inert("logins by OpenID Connect", as_is=True),
    ),
    Key(
        "FEATURE_PARTIAL_USER_AUTOCOMPLETE",
        flag,
        "Who looks for a user need not know the whole name.",
        field="people.partial_autocomplete",
        quay=True,
    ),
    Key(
        "FEATURE_USER_LAST_ACCESSED",
        flag,
        "When users and robots were last there is kept.",
        field="people.last_accessed",
        quay=True,
    ),
    Key(
        "LAST_ACCESSED_UPDATE_THRESHOLD_S",
        duration(),
        "Seconds before that is written again.",
        field="people.last_accessed_seconds",
        quay=60,
    ),
    Key(
        "ROBOTS_DISALLOW",
        flag,
        "No robots are made, and none may log in, but those of `ROBOTS_WHITELIST`.",
        field="people.robots_disallowed",
        quay=False,
        since="3.10",
    ),
    Key(
        "ROBOTS_WHITELIST",
        names,
        "Robots that `ROBOTS_DISALLOW` leaves alone.",
        field="people.robots_whitelist",
        quay=[],
        since="3.11",
    ),
    Key(
        "FEATURE_ORG_SHARED_EMAIL",
        flag,
        "Organizations may share an e-mail address.",
        quay=False,
        since="3.18",
        status=LeftOut("they may", as_is=True),
    ),
    Key(
        "FEATURE_SUPERUSER_CONFIGDUMP",
        flag,
        "Superusers may read the configuration over the API, secrets hidden.",
        field="people.configuration_dump",
        quay=False,
        since="3.15",
    ),
)
