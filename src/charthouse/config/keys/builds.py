"""Keys of builds."""

from __future__ import annotations

from ..key import Inert, Key
from ..shapes import anything, listing, mapping, tagged
from ..values import Kind, choice, flag, host, nullable, number, port, secret, text, web

_LATER = Inert("builds")
_KEY_AND_SECRET = ("CONSUMER_KEY", "CONSUMER_SECRET")

_EXECUTOR: dict[str, Kind] = {
    "EXECUTOR": choice("popen", "ec2", "kubernetes", "kubernetesPodman"),
    "NAME": text,
    "SETUP_TIME": number(),
    "MINIMUM_RETRY_THRESHOLD": number(),
    "NAMESPACE_WHITELIST": listing(text),
    "STAGED_ROLLOUT": number(0, 100),
    "SERVICE_ACCOUNT_TOKEN": secret,
    "AWS_ACCESS_KEY": secret,
    "AWS_SECRET_KEY": secret,
}
_ORCHESTRATOR: dict[str, Kind] = {
    "REDIS_HOST": text,
    "REDIS_PORT": port,
    "REDIS_PASSWORD": secret,
    "REDIS_SSL": flag,
    "REDIS_SKIP_KEYSPACE_EVENT_SETUP": flag,
}
_EPHEMERAL: dict[str, Kind] = {
    "ALLOWED_WORKER_COUNT": number(),
    "ORCHESTRATOR_PREFIX": text,
    "JOB_REGISTRATION_TIMEOUT": number(),
    "MACHINE_MAX_TIME": number(),
    "ORCHESTRATOR": mapping(_ORCHESTRATOR, ["REDIS_HOST"], rest=anything),
    "EXECUTORS": listing(mapping(_EXECUTOR, ["EXECUTOR"], rest=anything)),
}
_MANAGERS = {
    "ephemeral": mapping(_EPHEMERAL, ["ORCHESTRATOR", "EXECUTORS"], rest=anything),
    "enterprise": mapping({}, rest=anything),
}
_GITHUB: dict[str, Kind] = {
    "GITHUB_ENDPOINT": web,
    "API_ENDPOINT": web,
    "CLIENT_ID": text,
    "CLIENT_SECRET": secret,
    "ORG_RESTRICT": flag,
    "ALLOWED_ORGANIZATIONS": listing(text),
}
_BITBUCKET: dict[str, Kind] = {"CONSUMER_KEY": secret, "CONSUMER_SECRET": secret}
_GITLAB: dict[str, Kind] = {"GITLAB_ENDPOINT": web, "CLIENT_ID": text, "CLIENT_SECRET": secret}

KEYS = (
    Key("FEATURE_BUILD_SUPPORT", flag, "Images are built here.", quay=True, status=_LATER),
    Key("BUILDMAN_HOSTNAME", host, "host[:port] that builders call.", quay=None, status=_LATER),
    Key(
        "BUILD_MANAGER",
        tagged(_MANAGERS, "build manager"),
        "`[manager, arguments]`: where builders run.",
        quay=["enterprise", {}],
        status=Inert("builds", as_is=("enterprise", {})),
    ),
    Key("FEATURE_READER_BUILD_LOGS", flag, "Who may read may read build logs.", quay=False, status=_LATER),
    Key(
        "DEFAULT_NAMESPACE_MAXIMUM_BUILD_COUNT",
        nullable(number()),
        "Builds that a namespace may have at once.",
        quay=None,
        status=Inert("builds", as_is=None),
    ),
    Key(
        "SUCCESSIVE_TRIGGER_FAILURE_DISABLE_THRESHOLD",
        number(1),
        "Failures in a row that disable a trigger.",
        quay=100,
        status=_LATER,
    ),
    Key(
        "SUCCESSIVE_TRIGGER_INTERNAL_ERROR_DISABLE_THRESHOLD",
        number(1),
        "Errors of the builders in a row that disable a trigger.",
        quay=5,
        status=_LATER,
    ),
    Key("FEATURE_GITHUB_BUILD", flag, "GitHub triggers builds.", quay=False, status=_LATER),
    Key(
        "GITHUB_TRIGGER_CONFIG",
        mapping(_GITHUB, ["GITHUB_ENDPOINT", "CLIENT_ID", "CLIENT_SECRET"]),
        "The application there.",
        quay=None,
        status=_LATER,
    ),
    Key("FEATURE_BITBUCKET_BUILD", flag, "Bitbucket triggers builds.", quay=False, status=_LATER),
    Key(
        "BITBUCKET_TRIGGER_CONFIG",
        mapping(_BITBUCKET, _KEY_AND_SECRET),
        "The application there.",
        quay=None,
        status=_LATER,
    ),
    Key("FEATURE_GITLAB_BUILD", flag, "GitLab triggers builds.", quay=False, status=_LATER),
    Key(
        "GITLAB_TRIGGER_CONFIG",
        mapping(_GITLAB, ["GITLAB_ENDPOINT", "CLIENT_ID", "CLIENT_SECRET"]),
        "The application there.",
        quay=None,
        status=_LATER,
    ),
)
