"""The metadata store as a whole: what an engine under ``engines/metadata`` offers."""

from __future__ import annotations

from typing import Protocol

from .accounts import Accounts
from .activity import LastUseLog
from .app_tokens import AppTokens
from .chart_policies import ChartPolicies
from .charts import Charts
from .content import BlobIndex, Manifests, PullLog, Repositories
from .defaults import DefaultPermissions
from .directory import Directory
from .grants import Grants
from .immutability import ImmutabilityPolicies
from .invites import Invites
from .keyrings import Keyrings
from .labels import Labels
from .measurements import Measurements
from .messages import MessageLog
from .namespaces import Namespaces
from .oauth import Applications, Assignments, Authorizations, Codes
from .overviews import Overviews, PullDays
from .purge import Purge
from .reads import InlineReads, RemoteReads
from .robots import Robots
from .service_keys import ServiceKeys
from .sessions import Sessions
from .tag_lists import TagLists
from .tags import Tags
from .teams import Teams
from .totals import Totals
from .upkeep import Collection, Leases, SigningKeys
from .uploads import Uploads


class Metadata(Protocol):
    """An opened metadata store. Exactly one of ``inline`` and ``remote`` is set."""

    repositories: Repositories
    overviews: Overviews
    grants: Grants
    manifests: Manifests
    tags: Tags
    tag_lists: TagLists
    labels: Labels
    immutability_policies: ImmutabilityPolicies
    charts: Charts
    chart_policies: ChartPolicies
    blobs: BlobIndex
    pulls: PullLog
    pull_days: PullDays
    uploads: Uploads
    accounts: Accounts
    sessions: Sessions
    app_tokens: AppTokens
    applications: Applications
    authorizations: Authorizations
    codes: Codes
    assignments: Assignments
    robots: Robots
    signing_keys: SigningKeys
    service_keys: ServiceKeys
    leases: Leases
    last_uses: LastUseLog
    collection: Collection
    teams: Teams
    invites: Invites
    defaults: DefaultPermissions
    directory: Directory
    namespaces: Namespaces
    keyrings: Keyrings
    measurements: Measurements
    messages: MessageLog
    totals: Totals
    purge: Purge
    inline: InlineReads | None
    remote: RemoteReads | None

    async def open(self) -> None:
        """Connect; raises Unavailable when the store does not answer or its schema is older than the code."""

    async def close(self) -> None:
        """Finish what is queued and disconnect."""

    async def check(self) -> None:
        """Ask the store for a sign of life; raises Unavailable."""
