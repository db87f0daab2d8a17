"""Keys of the health endpoints."""

from __future__ import annotations

from ..key import Key, LeftOut
from ..shapes import mapping, tagged
from ..values import secret, text

_RDS = {"access_key": secret, "secret_key": secret, "db_instance": text, "region": text}
_CHECKERS = {"LocalHealthCheck": mapping({}), "RDSAwareHealthCheck": mapping(_RDS)}
KEYS = (
    Key(
        "HEALTH_CHECKER",
        tagged(_CHECKERS, "health check"),
        "What `/health/instance` looks at.",
        quay=["LocalHealthCheck", {}],
        status=LeftOut("databases of Amazon's are asked like any other", as_is=("LocalHealthCheck", {})),
    ),
    Key(
        "ENABLE_HEALTH_DEBUG_SECRET",
        secret,
        "Opens `/health/enabledebug/<secret>`.",
        quay=None,
        status=LeftOut(
            "a secret in an address ends in the logs of every proxy on the way; `/health` needs none"
        ),
    ),
)
