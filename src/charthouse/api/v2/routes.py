"""The routes of the OCI Distribution API, and how a path finds its own.

A repository name may contain any segment, ``manifests`` and ``tags`` included, so a path is read from its end.
Source: OCI Distribution Specification 1.1, "Endpoints".
"""

from __future__ import annotations

import msgspec

from charthouse.api.kit.routes import Permission, Route

P = Permission

BASE = "/v2/"
TOKEN = "/v2/auth"  # noqa: S105 -- an address
CATALOG = "/v2/_catalog"
TAGS = "/v2/{name}/tags/list"
REFERRERS = "/v2/{name}/referrers/{digest}"
MANIFEST = "/v2/{name}/manifests/{reference}"
BLOB = "/v2/{name}/blobs/{digest}"
UPLOADS = "/v2/{name}/blobs/uploads/"
UPLOAD = "/v2/{name}/blobs/uploads/{upload}"

ROUTES: tuple[Route, ...] = (
    Route("GET", BASE, "v2.check", P.LOGIN, "Tell that this is a registry, and that the credential is valid"),
    Route("GET", TOKEN, "v2.token", P.NONE, "Exchange a credential for a registry token"),
    Route("POST", TOKEN, "v2.token_form", P.NONE, "The same by OAuth2 form: password or refresh token"),
    Route("GET", CATALOG, "v2.catalog", P.LOGIN, "List the repositories that the caller may read"),
    Route("GET", TAGS, "v2.list_tags", P.READ, "List tags"),
    Route("GET", REFERRERS, "v2.list_referrers", P.READ, "List what refers to a manifest"),
    Route("GET", MANIFEST, "v2.get_manifest", P.READ, "Read a manifest by tag or digest"),
    Route("HEAD", MANIFEST, "v2.head_manifest", P.READ, "Ask for a manifest by tag or digest"),
    Route("PUT", MANIFEST, "v2.put_manifest", P.WRITE, "Push a manifest", status=201),
    Route(
        "DELETE",
        MANIFEST,
        "v2.delete_manifest",
        P.WRITE,
        "Delete a tag, or a manifest with its tags",
        status=202,
    ),
    Route("GET", BLOB, "v2.get_blob", P.READ, "Read a blob, or a range of it"),
    Route("HEAD", BLOB, "v2.head_blob", P.READ, "Ask for a blob"),
    Route("DELETE", BLOB, "v2.delete_blob", P.WRITE, "Take a blob from the repository", status=202),
    Route(
        "POST",
        UPLOADS,
        "v2.begin_upload",
        P.WRITE,
        "Begin an upload, mount a blob, or push one whole",
        status=202,
    ),
    Route("GET", UPLOAD, "v2.upload_status", P.UPLOAD_OWNER, "Ask where an upload stands", status=204),
    Route("PATCH", UPLOAD, "v2.append_upload", P.UPLOAD_OWNER, "Add a chunk", status=202),
    Route(
        "PUT",
        UPLOAD,
        "v2.finish_upload",
        P.UPLOAD_OWNER,
        "Add the last bytes and name the digest",
        status=201,
    ),
    Route("DELETE", UPLOAD, "v2.cancel_upload", P.UPLOAD_OWNER, "Drop an upload", status=204),
)

_BY_TEMPLATE: dict[str, dict[str, Route]] = {}
for _route in ROUTES:
    _BY_TEMPLATE.setdefault(_route.template, {})[_route.method] = _route


class Match(msgspec.Struct, frozen=True):
    """Where a path leads: the routes of its template by method, the repository's name, the last part."""

    routes: dict[str, Route]
    name: str = ""
    tail: str = ""


def match(path: str, library: str = "") -> Match | None:
    """Return where ``path`` leads, or None. Names are not checked yet.

    A repository's name without a namespace is one of ``library``, if there is such a namespace.
    """
    found = _match(path)
    if found is None or not library or not found.name or "/" in found.name:
        return found
    return Match(found.routes, f"{library}/{found.name}", found.tail)


def _match(path: str) -> Match | None:
    if path in {"/v2", BASE}:
        return Match(_BY_TEMPLATE[BASE])
    if path in {TOKEN, CATALOG}:
        return Match(_BY_TEMPLATE[path])
    if not path.startswith(BASE):
        return None
    left, _, tail = path[len(BASE) :].rpartition("/")
    name, _, kind = left.rpartition("/")
    if kind == "tags" and tail == "list":
        return Match(_BY_TEMPLATE[TAGS], name)
    if kind == "uploads" and name.endswith("/blobs"):
        return Match(_BY_TEMPLATE[UPLOAD if tail else UPLOADS], name[: -len("/blobs")], tail)
    if kind == "blobs" and tail == "uploads":
        return Match(_BY_TEMPLATE[UPLOADS], name)
    template = {"manifests": MANIFEST, "blobs": BLOB, "referrers": REFERRERS}.get(kind)
    return None if template is None else Match(_BY_TEMPLATE[template], name, tail)
