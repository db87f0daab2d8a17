"""The server's log: structured, to standard error, never with a secret."""

from __future__ import annotations

import sys

import structlog


def configure(json: bool) -> None:
    """Set up structlog for this process: one line an event, as JSON or for people."""
    renderer = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
