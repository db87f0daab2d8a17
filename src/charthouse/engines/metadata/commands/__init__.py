"""What changes and answers the tables: plain functions of a SQLAlchemy Connection, one transaction each.

The same on every engine. Statements are built once, with bound parameters, so that a call costs 12 to 15 µs each.
The modules are loaded when first named: SQLAlchemy takes 150 ms, and a server that only reads needs none of it.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import accounts as accounts
    from . import activity as activity
    from . import administrators as administrators
    from . import app_tokens as app_tokens
    from . import blobs as blobs
    from . import chart_entries as chart_entries
    from . import chart_policies as chart_policies
    from . import chart_search as chart_search
    from . import chart_words as chart_words
    from . import charts as charts
    from . import collection as collection
    from . import defaults as defaults
    from . import directory as directory
    from . import grants as grants
    from . import immutability as immutability
    from . import invites as invites
    from . import keyrings as keyrings
    from . import labels as labels
    from . import manifests as manifests
    from . import measurements as measurements
    from . import messages as messages
    from . import oauth_applications as oauth_applications
    from . import oauth_grants as oauth_grants
    from . import oauth_tokens as oauth_tokens
    from . import overviews as overviews
    from . import ownership as ownership
    from . import patterns as patterns
    from . import people as people
    from . import preview as preview
    from . import pulls as pulls
    from . import purge as purge
    from . import removal as removal
    from . import repositories as repositories
    from . import restoring as restoring
    from . import robots as robots
    from . import service_keys as service_keys
    from . import sessions as sessions
    from . import summaries as summaries
    from . import tag_events as tag_events
    from . import tag_lists as tag_lists
    from . import tag_lives as tag_lives
    from . import tags as tags
    from . import teams as teams
    from . import totals as totals
    from . import upkeep as upkeep
    from . import uploads as uploads


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(name)
    return importlib.import_module(f"{__name__}.{name}")
