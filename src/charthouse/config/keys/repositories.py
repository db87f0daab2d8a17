"""Keys of repositories: what pushes make, what is listed and found, which artifacts are taken."""

from __future__ import annotations

from ..key import Area, Inert, Key, LeftOut, only
from ..shapes import listing, names, table
from ..values import duration, flag, number, text, web


class Repositories(Area, frozen=True, kw_only=True):
    """Repositories beside their tags."""

    state: str = "normal"
    pushes_disabled: bool = False
    create_namespace: bool = False
    extended_names: bool = True
    public_catalog: bool = False
    public_namespaces: tuple[str, ...] = ()
    page_size: int = 1000
    search_page: int = 10
    search_pages: int = 10
    pull_statistics: bool = False


_LATER = "repositories of the REST API"
_POLICY = "policy on artifact types"
_V1 = LeftOut("Docker's protocol before /v2 is not offered")
_CNR = LeftOut(
    "the protocol of application registries (CNR) is not offered; charts are pushed as OCI artifacts"
)
_TRUST = only(False, "images would not be protected by Notary's signatures: sign them with cosign")
_ALWAYS = "it is always so"
_BACKFILL = LeftOut("manifests are indexed when they are pushed")

KEYS = (
    Key(
        "CREATE_PRIVATE_REPO_ON_PUSH",
        flag,
        "What a push creates is private.",
        field="create_private",
        quay=True,
    ),
    Key(
        "CREATE_NAMESPACE_ON_PUSH",
        flag,
        "A push to a namespace that is not there makes an organization.",
        field="repositories.create_namespace",
        quay=False,
    ),
    Key(
        "FEATURE_ANONYMOUS_ACCESS",
        flag,
        "Public repositories may be read without a login.",
        field="anonymous_access",
        quay=True,
    ),
    Key(
        "FEATURE_LIBRARY_SUPPORT",
        flag,
        "Names without a namespace may be used, see `LIBRARY_NAMESPACE`.",
        field="library_namespace",
        quay=True,
    ),
    Key(
        "LIBRARY_NAMESPACE",
        text,
        "Where names without a namespace go. Empty: they are refused.",
        field="library_namespace",
        quay="library",
        why="what was meant for Docker Hub should not be taken in unasked",
    ),
    Key(
        "FEATURE_EXTENDED_REPOSITORY_NAMES",
        flag,
        "Names of repositories may hold `/`.",
        field="repositories.extended_names",
        quay=True,
    ),
    Key(
        "FEATURE_PUBLIC_CATALOG",
        flag,
        "`/v2/_catalog` lists public repositories to all.",
        field="repositories.public_catalog",
        quay=False,
    ),
    Key(
        "PUBLIC_NAMESPACES",
        names,
        "Namespaces that every user finds in the list of repositories.",
        field="repositories.public_namespaces",
        quay=[],
    ),
    Key(
        "V2_PAGINATION_SIZE",
        number(1, 10_000),
        "Names on a page of `/v2/_catalog` and `tags/list` when the client does not say.",
        field="repositories.page_size",
        quay=50,
        why="fewer round trips; a name is short",
    ),
    Key(
        "SEARCH_RESULTS_PER_PAGE",
        number(1, 1000),
        "Results on a page of a search.",
        field="repositories.search_page",
        quay=10,
    ),
    Key(
        "SEARCH_MAX_RESULT_PAGE_COUNT",
        number(1),
        "Pages of a search that may be asked for.",
        field="repositories.search_pages",
        quay=10,
    ),
    Key(
        "FEATURE_IMAGE_PULL_STATS",
        flag,
        "The API tells how often and when a tag was pulled.",
        field="repositories.pull_statistics",
        quay=False,
        since="3.16",
    ),
    Key(
        "FEATURE_SPARSE_INDEX",
        flag,
        "Manifests are accepted whose blobs or children are absent.",
        field="sparse",
        quay=False,
        since="3.17",
    ),
    Key(
        "FEATURE_REFERRERS_API",
        flag,
        "`/v2/…/referrers/` answers.",
        quay=True,
        since="3.12",
        status=LeftOut(_ALWAYS, as_is=True),
    ),
    Key(
        "FEATURE_MANIFEST_SUBJECT_BACKFILL",
        flag,
        "Old manifests are looked through for subjects.",
        quay=True,
        since="3.12",
        status=_BACKFILL,
    ),
    Key(
        "FEATURE_MANIFEST_SIZE_BACKFILL",
        flag,
        "Old manifests are looked through for sizes.",
        quay=True,
        status=_BACKFILL,
    ),
    Key(
        "FEATURE_REPOSITORY_ACTION_COUNTER",
        flag,
        "What happens in a repository is counted by day.",
        quay=True,
        status=Inert("action logs"),
    ),
    Key(
        "MANIFESTS_ENDPOINT_READ_TIMEOUT",
        duration(1),
        "Time that Quay's proxy waits for a manifest's answer.",
        quay=None,
        since="3.13",
        status=LeftOut("there is no proxy in between"),
    ),
    Key(
        "FEATURE_GENERAL_OCI_SUPPORT",
        flag,
        "OCI's media types are accepted.",
        quay=True,
        status=LeftOut(_ALWAYS, as_is=True),
    ),
    Key(
        "FEATURE_HELM_OCI_SUPPORT",
        flag,
        "Charts are accepted as OCI artifacts.",
        quay=True,
        status=LeftOut(_ALWAYS, as_is=True),
    ),
    Key(
        "ALLOWED_OCI_ARTIFACT_TYPES",
        table(listing(text), "expected a list of layer types for each config type"),
        "Layer types by config type that are accepted beside images'. Here every type is.",
        quay=None,
        status=Inert(_POLICY),
    ),
    Key(
        "IGNORE_UNKNOWN_MEDIATYPES",
        flag,
        "Layers of every type are accepted.",
        quay=False,
        since="3.11",
        status=Inert(_POLICY, as_is=True),
    ),
    Key("FEATURE_ADVERTISE_V2", flag, "/v2 is offered.", quay=True, status=LeftOut(_ALWAYS, as_is=True)),
    Key("BLACKLIST_V2_SPEC", text, "Versions of Docker that are kept from /v2.", quay="<1.6.0", status=_V1),
    Key("FEATURE_RESTRICTED_V1_PUSH", flag, "Only some namespaces take /v1 pushes.", quay=False, status=_V1),
    Key("V1_PUSH_WHITELIST", names, "Which.", quay=[], status=_V1),
    Key("FEATURE_APP_REGISTRY", flag, "CNR is offered.", quay=False, status=_CNR),
    Key("FEATURE_READONLY_APP_REGISTRY", flag, "CNR can be read only.", quay=False, status=_CNR),
    Key("FEATURE_SIGNING", flag, "Repositories may have content trust.", quay=False, status=_TRUST),
    Key("TUF_SERVER", web, "Address of Notary.", quay=None, status=LeftOut("Notary's trust is not offered")),
    Key(
        "TUF_GUN_PREFIX",
        text,
        "Prefix of names there.",
        quay=None,
        status=LeftOut("Notary's trust is not offered"),
    ),
)
