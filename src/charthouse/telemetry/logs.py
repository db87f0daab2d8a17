"""The server's log: structured, to standard error, never with a secret.

Tracebacks tell lines of code and messages, never the values of variables: those hold passwords and tokens.
structlog is loaded when there is something to tell, since that takes a quarter of a start.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from structlog.typing import Processor


def configure(json: bool) -> None:
    """Set up structlog for this process: one line an event, as JSON or for people."""
    import structlog

    structlog.configure(processors=_processors(json), logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def warn(event: str, *, json: bool, **details: str) -> None:
    """Log what somebody should look at, before a server or worker runs."""
    _logger(json).warning(event, **details)


class FailureLog:
    """Where a server tells why requests failed. ``json``: for programs, else for people."""

    def __init__(self, json: bool) -> None:
        self._json = json

    def write(self, event: str, **details: str) -> None:
        """Log the exception that is being handled."""
        _logger(self._json).exception(event, **details)

    def note(self, event: str, **details: str) -> None:
        """Log a refusal whose reason its caller is not told."""
        _logger(self._json).info(event, **details)


def _logger(json: bool) -> Any:
    import structlog

    return structlog.wrap_logger(structlog.PrintLogger(sys.stderr), _processors(json))


def _processors(json: bool) -> list[Processor]:
    from structlog import dev, processors

    form: list[Processor] = [
        processors.add_log_level,
        processors.TimeStamper(fmt="iso", utc=True),
    ]
    if json:
        return [*form, processors.format_exc_info, processors.JSONRenderer()]
    # Its other tracebacks show variables.
    return [*form, dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=dev.plain_traceback)]
