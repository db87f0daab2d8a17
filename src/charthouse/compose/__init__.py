"""The composition root: the one place that builds the parts and joins them."""

from __future__ import annotations

from .registry import Registry, opened
from .serving import application, server
from .upkeep import Upkeep, prepare, warn_of_inert

__all__ = ["Registry", "Upkeep", "application", "opened", "prepare", "server", "warn_of_inert"]
