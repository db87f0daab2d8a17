"""What both kinds of metadata store have in common: every port, served from tables by two executors."""

from __future__ import annotations

from charthouse.ports.accounts import Accounts
from charthouse.ports.activity import LastUseLog
from charthouse.ports.app_tokens import AppTokens
from charthouse.ports.chart_policies import ChartPolicies
from charthouse.ports.charts import Charts
from charthouse.ports.content import BlobIndex, Manifests, PullLog, Repositories
from charthouse.ports.defaults import DefaultPermissions
from charthouse.ports.directory import Directory
from charthouse.ports.grants import Grants
from charthouse.ports.immutability import ImmutabilityPolicies
from charthouse.ports.invites import Invites
from charthouse.ports.keyrings import Keyrings
from charthouse.ports.labels import Labels
from charthouse.ports.measurements import Measurements
from charthouse.ports.messages import MessageLog
from charthouse.ports.namespaces import Namespaces
from charthouse.ports.oauth import Applications, Assignments, Authorizations, Codes
from charthouse.ports.overviews import Overviews, PullDays
from charthouse.ports.purge import Purge
from charthouse.ports.robots import Robots
from charthouse.ports.service_keys import ServiceKeys
from charthouse.ports.sessions import Sessions
from charthouse.ports.tag_lists import TagLists
from charthouse.ports.tags import Tags
from charthouse.ports.teams import Teams
from charthouse.ports.totals import Totals
from charthouse.ports.upkeep import Collection, Leases, SigningKeys
from charthouse.ports.uploads import Uploads

from .collector import StoredCollection
from .executor import Executor
from .store import (
    StoredAccounts,
    StoredBlobIndex,
    StoredLeases,
    StoredManifests,
    StoredPullLog,
    StoredRepositories,
    StoredSigningKeys,
    StoredUploads,
)
from .stored_activity import StoredLastUseLog
from .stored_app_tokens import StoredAppTokens
from .stored_chart_policies import StoredChartPolicies
from .stored_charts import StoredCharts
from .stored_defaults import StoredDefaults
from .stored_directory import StoredDirectory
from .stored_grants import StoredGrants
from .stored_invites import StoredInvites
from .stored_keyrings import StoredKeyrings
from .stored_measurements import StoredMeasurements
from .stored_messages import StoredMessages
from .stored_namespaces import StoredNamespaces
from .stored_oauth import StoredApplications, StoredAssignments, StoredAuthorizations, StoredCodes
from .stored_overviews import StoredOverviews, StoredPullDays
from .stored_purge import StoredPurge
from .stored_robots import StoredRobots
from .stored_service_keys import StoredServiceKeys
from .stored_sessions import StoredSessions
from .stored_tags import StoredImmutabilityPolicies, StoredLabels, StoredTagLists, StoredTags
from .stored_teams import StoredTeams
from .stored_totals import StoredTotals


class TablesStore:
    """The ports of ``ports/metadata`` but the hot reads. ``activity`` runs what changes with every request."""

    def __init__(self, content: Executor, activity: Executor) -> None:
        self.repositories: Repositories = StoredRepositories(content)
        self.overviews: Overviews = StoredOverviews(content)
        self.grants: Grants = StoredGrants(content)
        self.manifests: Manifests = StoredManifests(content)
        self.tags: Tags = StoredTags(content)
        self.tag_lists: TagLists = StoredTagLists(content)
        self.labels: Labels = StoredLabels(content)
        self.immutability_policies: ImmutabilityPolicies = StoredImmutabilityPolicies(content)
        self.charts: Charts = StoredCharts(content)
        self.chart_policies: ChartPolicies = StoredChartPolicies(content)
        self.blobs: BlobIndex = StoredBlobIndex(content)
        self.accounts: Accounts = StoredAccounts(content)
        self.sessions: Sessions = StoredSessions(content)
        self.app_tokens: AppTokens = StoredAppTokens(content)
        self.robots: Robots = StoredRobots(content)
        self.signing_keys: SigningKeys = StoredSigningKeys(content)
        self.collection: Collection = StoredCollection(content)
        self.applications: Applications = StoredApplications(content)
        self.authorizations: Authorizations = StoredAuthorizations(content)
        self.codes: Codes = StoredCodes(content)
        self.assignments: Assignments = StoredAssignments(content)
        self.teams: Teams = StoredTeams(content)
        self.invites: Invites = StoredInvites(content)
        self.defaults: DefaultPermissions = StoredDefaults(content)
        self.directory: Directory = StoredDirectory(content)
        self.namespaces: Namespaces = StoredNamespaces(content)
        self.service_keys: ServiceKeys = StoredServiceKeys(content)
        self.keyrings: Keyrings = StoredKeyrings(content)
        self.measurements: Measurements = StoredMeasurements(activity)
        self.messages: MessageLog = StoredMessages(content)
        self.totals: Totals = StoredTotals(content)
        self.purge: Purge = StoredPurge(content, activity)
        self.pulls: PullLog = StoredPullLog(activity)
        self.pull_days: PullDays = StoredPullDays(activity)
        self.uploads: Uploads = StoredUploads(activity)
        self.leases: Leases = StoredLeases(activity)
        self.last_uses: LastUseLog = StoredLastUseLog(activity)
