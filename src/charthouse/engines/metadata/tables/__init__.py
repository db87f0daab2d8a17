"""The tables of the metadata store, the same on every engine.

Two groups: ``content`` (what is stored and who may reach it) and ``activity`` (what changes with every request).
SQLite keeps each group in a file of its own, so no foreign key crosses from one to the other. Times are
milliseconds since the epoch, sizes bytes. Numbered keys are never used again. ``migrations`` makes the tables;
a test holds both equal.
"""

from __future__ import annotations

from .activity import (
    last_use,
    lease,
    measurement,
    pull_count,
    pull_day,
    upload,
)
from .base import activity, content
from .charts import chart, chart_document, chart_entry, chart_policy, chart_repository, chart_search
from .contents import (
    ReferenceKind,
    blob,
    change_log,
    doomed_object,
    immutability_policy,
    label,
    manifest,
    manifest_reference,
    repository,
    repository_blob,
    repository_grant,
    tag,
    tag_history,
)
from .credentials import (
    access_token,
    app_token,
    message,
    oauth_application,
    oauth_assignment,
    oauth_code,
    service_key,
    session,
    signing_key,
)
from .keyrings import keyring_key
from .people import (
    DELETED_ACCOUNT,
    account,
    default_permission,
    robot,
    robot_federation,
    star,
    team,
    team_invite,
    team_member,
)

__all__ = [
    "activity",
    "content",
    "DELETED_ACCOUNT",
    "ReferenceKind",
    "access_token",
    "account",
    "app_token",
    "blob",
    "change_log",
    "default_permission",
    "doomed_object",
    "immutability_policy",
    "keyring_key",
    "label",
    "last_use",
    "lease",
    "manifest",
    "manifest_reference",
    "measurement",
    "message",
    "oauth_application",
    "oauth_assignment",
    "oauth_code",
    "pull_count",
    "pull_day",
    "repository",
    "repository_blob",
    "repository_grant",
    "robot",
    "robot_federation",
    "service_key",
    "session",
    "signing_key",
    "star",
    "tag",
    "tag_history",
    "team",
    "team_invite",
    "team_member",
    "upload",
    "chart",
    "chart_document",
    "chart_entry",
    "chart_policy",
    "chart_repository",
    "chart_search",
]
