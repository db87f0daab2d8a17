"""The settings as a whole. What each field is for stands at its key, in the area's file under ``keys``.

Durations are seconds, sizes bytes. The loader is in ``loader``.
"""

from __future__ import annotations

from .keys.charts import Charts
from .keys.console import Console
from .keys.core import Core
from .keys.database import Connection
from .keys.mail import Mail
from .keys.notifications import Outbound
from .keys.people import People
from .keys.repositories import Repositories
from .keys.sessions import Sessions
from .keys.storage import Storage
from .keys.tags import Tags
from .keys.tokens import ServiceKeys, Tokens

__all__ = [
    "Charts",
    "Connection",
    "Console",
    "Mail",
    "Outbound",
    "People",
    "Repositories",
    "ServiceKeys",
    "Sessions",
    "Settings",
    "Storage",
    "Tags",
    "Tokens",
]


class Settings(Core, frozen=True, kw_only=True):
    """Everything that the composition root needs to build a server, a worker or a command."""

    connection: Connection = Connection()
    people: People = People()
    sessions: Sessions = Sessions()
    tokens: Tokens = Tokens()
    service_keys: ServiceKeys = ServiceKeys()
    mail: Mail = Mail()
    repositories: Repositories = Repositories()
    tags: Tags = Tags()
    charts: Charts = Charts()
    outbound: Outbound = Outbound()
    console: Console = Console()
