"""Keys of tags and of what is collected: time machine, expiry, immutability, pruning."""

from __future__ import annotations

from ..key import Area, Inert, Key, LeftOut
from ..shapes import either, listing, mapping, names
from ..values import choice, duration, flag, number


class Tags(Area, frozen=True, kw_only=True):
    """Rules of tags. Durations are seconds."""

    default_expiration: int = 14 * 86400
    expiration_options: tuple[int, ...] = (0, 86400, 7 * 86400, 14 * 86400, 28 * 86400)
    expiration_changeable: bool = True
    labeled_minimum: int = 3600
    labeled_maximum: int = 104 * 7 * 86400
    permanent_delete: bool = False
    reset_children: bool = False
    reserved_label_prefixes: tuple[str, ...] = ()
    immutable: bool = False
    immutable_can_expire: bool = False
    purge_namespaces: bool = True
    purge_repositories: bool = True


_PRUNE = Inert("auto-prune")
_METHOD = choice("number_of_tags", "creation_date")

KEYS = (
    Key(
        "DEFAULT_TAG_EXPIRATION",
        duration(),
        "Time machine: how long a deleted or overwritten tag can be brought back, and an untagged manifest is kept.",
        field="tags.default_expiration",
        quay="2w",
    ),
    Key(
        "TAG_EXPIRATION_OPTIONS",
        listing(duration()),
        "What a namespace may choose for that; the default must be among them.",
        field="tags.expiration_options",
        quay=["0s", "1d", "1w", "2w", "4w"],
    ),
    Key(
        "FEATURE_CHANGE_TAG_EXPIRATION",
        flag,
        "Namespaces may choose.",
        field="tags.expiration_changeable",
        quay=True,
    ),
    Key(
        "LABELED_EXPIRATION_MINIMUM",
        duration(),
        "An expiry date of a label (`quay.expires-after`) is at least this far away.",
        field="tags.labeled_minimum",
        quay="1h",
    ),
    Key(
        "LABELED_EXPIRATION_MAXIMUM",
        duration(),
        "And at most this far.",
        field="tags.labeled_maximum",
        quay="104w",
    ),
    Key(
        "PERMANENTLY_DELETE_TAGS",
        flag,
        "Tags may be deleted past the time machine.",
        field="tags.permanent_delete",
        quay=False,
        since="3.9",
    ),
    Key(
        "RESET_CHILD_MANIFEST_EXPIRATION",
        flag,
        "A deleted index gives up what only it held at once.",
        field="tags.reset_children",
        quay=False,
        since="3.9",
        status=LeftOut(
            "what only an index held goes with it, as long as it can be restored it stays", as_is=True
        ),
    ),
    Key(
        "LABEL_KEY_RESERVED_PREFIXES",
        names,
        "Prefixes that labels made over the API must not have, beside the built-in ones.",
        field="tags.reserved_label_prefixes",
        quay=[],
    ),
    Key(
        "FEATURE_IMMUTABLE_TAGS",
        flag,
        "Tags can be made immutable, one by one or by policy.",
        field="tags.immutable",
        quay=False,
        since="3.17",
    ),
    Key(
        "FEATURE_IMMUTABLE_TAGS_CAN_EXPIRE",
        flag,
        "Immutable tags may have an expiry date.",
        field="tags.immutable_can_expire",
        quay=False,
        since="3.17",
    ),
    Key(
        "PUSH_TEMP_TAG_EXPIRATION_SEC",
        duration(),
        "How long a blob is kept from collection after a HEAD, mount or 201.",
        field="collection_grace",
        quay=3600,
    ),
    Key("FEATURE_GARBAGE_COLLECTION", flag, "What nothing names is deleted.", field="collection", quay=True),
    Key(
        "GARBAGE_COLLECTION_FREQUENCY",
        duration(1),
        "Time between collections.",
        field="collection_interval",
        quay=30,
    ),
    Key(
        "FEATURE_NAMESPACE_GARBAGE_COLLECTION",
        flag,
        "What deleted namespaces held is purged; that of deleted repositories only if both are.",
        field="tags.purge_namespaces",
        quay=True,
    ),
    Key(
        "FEATURE_REPOSITORY_GARBAGE_COLLECTION",
        flag,
        "What deleted repositories held is purged; that of deleted namespaces only if both are.",
        field="tags.purge_repositories",
        quay=True,
    ),
    Key(
        "NAMESPACE_GC_GRACE_PERIOD_SECONDS",
        duration(),
        "How long deleted namespaces of the list below are kept.",
        quay=0,
        since="master",
        status=LeftOut("a deleted namespace is purged at once", as_is=0),
    ),
    Key(
        "NAMESPACE_GC_GRACE_PERIOD_ALLOWLIST",
        names,
        "Those namespaces.",
        quay=[],
        since="master",
        status=LeftOut("a deleted namespace is purged at once", as_is=()),
    ),
    Key("FEATURE_AUTO_PRUNE", flag, "Old tags go by policy.", quay=False, since="3.10", status=_PRUNE),
    Key(
        "DEFAULT_NAMESPACE_AUTOPRUNE_POLICY",
        mapping({"method": _METHOD, "value": either(number(1), duration(1))}, ["method", "value"]),
        "Policy of namespaces without one: `{method, value}`.",
        quay=None,
        since="3.12",
        status=_PRUNE,
    ),
    Key(
        "AUTO_PRUNING_POLL_PERIOD",
        duration(1),
        "Time between two looks.",
        quay=30,
        since="3.10",
        status=_PRUNE,
    ),
    Key(
        "AUTO_PRUNING_DEFAULT_POLICY_POLL_PERIOD",
        duration(1),
        "The same for the default policy.",
        quay=86400,
        since="3.12",
        status=_PRUNE,
    ),
    Key(
        "AUTOPRUNE_TASK_RUN_MINIMUM_INTERVAL_MINUTES",
        number(),
        "Minutes before a namespace is pruned again.",
        quay=60,
        since="3.10",
        status=_PRUNE,
    ),
    Key(
        "AUTOPRUNE_FETCH_TAGS_PAGE_LIMIT",
        number(1),
        "Tags of a step.",
        quay=None,
        since="3.10",
        status=_PRUNE,
    ),
    Key(
        "AUTOPRUNE_FETCH_REPOSITORIES_PAGE_LIMIT",
        number(1),
        "Repositories of a step.",
        quay=None,
        since="3.10",
        status=_PRUNE,
    ),
)
