"""Keys of the health endpoints."""

from __future__ import annotations

from ..key import Area, Inert, Key
from ..shapes import mapping, tagged
from ..values import secret, text


class Health(Area, frozen=True, kw_only=True):
    """What ``/health/instance`` and ``/health/endtoend`` look at."""

    checker: tuple[str, dict[str, str]] = ("LocalHealthCheck", {})
    debug_secret: str = ""


_RDS = {"access_key": secret, "secret_key": secret, "db_instance": text, "region": text}
_CHECKERS = {"LocalHealthCheck": mapping({}), "RDSAwareHealthCheck": mapping(_RDS)}
_LATER = "health endpoints"

KEYS = (
    Key(
        "HEALTH_CHECKER",
        tagged(_CHECKERS, "health check"),
        "What `/health/instance` looks at. Amazon's databases are asked like any other.",
        field="health.checker",
        quay=["LocalHealthCheck", {}],
        status=Inert(_LATER, as_is=("LocalHealthCheck", {})),
    ),
    Key(
        "ENABLE_HEALTH_DEBUG_SECRET",
        secret,
        "Opens `/health/enabledebug/<secret>`.",
        field="health.debug_secret",
        quay=None,
        status=Inert(_LATER),
    ),
)
