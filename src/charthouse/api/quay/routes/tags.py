"""Tags, manifests, labels, and policies that make tags immutable."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission, Route
from charthouse.model.scopes import Scope

P, S = Permission, Scope
_TAG = "/api/v1/repository/{repository}/tag/"
_MANIFEST = "/api/v1/repository/{repository}/manifest/{manifestref}"
_STATISTICS = "FEATURE_IMAGE_PULL_STATS"
_IMMUTABLE = "FEATURE_IMMUTABLE_TAGS"


def _policies(owner: str, name: str, permission: Permission, scope: Scope) -> tuple[Route, ...]:
    place = f"/api/v1/{name}/{{{name}}}/immutabilitypolicy/"
    one = place + "{policy_uuid}"
    what = f"policy that makes tags of {owner} immutable"
    return (
        Route("GET", place, f"quay.list_{name}_immutability", permission, f"List each {what}", scope, feature=_IMMUTABLE),
        Route(
            "POST", place, f"quay.add_{name}_immutability", permission, f"Make a {what}", scope,
            feature=_IMMUTABLE, status=201,
        ),
        Route("GET", one, f"quay.get_{name}_immutability", permission, f"Show a {what}", scope, feature=_IMMUTABLE),
        Route(
            "PUT", one, f"quay.change_{name}_immutability", permission, f"Change a {what}", scope,
            feature=_IMMUTABLE, status=204,
        ),
        Route(
            "DELETE", one, f"quay.delete_{name}_immutability", permission, f"Remove a {what}", scope,
            feature=_IMMUTABLE,
        ),
    )  # fmt: skip


ROUTES = (
    Route("GET", _TAG, "quay.list_tags", P.READ, "List tags, or their history", S.REPO_READ),
    Route(
        "PUT", _TAG + "{tag}", "quay.change_tag", P.WRITE,
        "Make or move a tag, give it a date, make it immutable", S.REPO_WRITE, status=201,
    ),
    Route(
        "DELETE", _TAG + "{tag}", "quay.delete_tag", P.WRITE,
        "Delete a tag; the time machine can bring it back", S.REPO_WRITE, status=204,
    ),
    Route(
        "POST", _TAG + "{tag}/restore", "quay.restore_tag", P.WRITE,
        "Bring back what a tag pointed at", S.REPO_WRITE,
    ),
    Route(
        "POST", _TAG + "{tag}/expire", "quay.expire_tag", P.WRITE,
        "Delete a tag past the time machine", S.REPO_WRITE, feature="PERMANENTLY_DELETE_TAGS",
    ),
    Route(
        "GET", _TAG + "{tag}/pull_statistics", "quay.tag_pulls", P.READ,
        "Tell how often a tag was pulled", S.REPO_READ, feature=_STATISTICS,
    ),
    Route("GET", _MANIFEST, "quay.get_manifest", P.READ, "Show a manifest and its layers", S.REPO_READ),
    Route(
        "GET", _MANIFEST + "/pull_statistics", "quay.manifest_pulls", P.READ,
        "Tell how often a manifest was pulled", S.REPO_READ, feature=_STATISTICS,
    ),
    Route("GET", _MANIFEST + "/labels", "quay.list_labels", P.READ, "List a manifest's labels", S.REPO_READ),
    Route(
        "POST", _MANIFEST + "/labels", "quay.add_label", P.WRITE,
        "Give a label to a manifest", S.REPO_WRITE, status=201,
    ),
    Route(
        "GET", _MANIFEST + "/labels/{labelid}", "quay.get_label", P.READ, "Show a label", S.REPO_READ,
    ),
    Route(
        "DELETE", _MANIFEST + "/labels/{labelid}", "quay.delete_label", P.WRITE,
        "Take a label away", S.REPO_WRITE, status=204,
    ),
    *_policies("an organization", "organization", P.ORGANIZATION_ADMIN, S.ORG_ADMIN),
    *_policies("a repository", "repository", P.ADMIN, S.REPO_ADMIN),
)  # fmt: skip
