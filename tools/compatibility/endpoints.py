"""Every endpoint of Quay's, and every one of ours: one line each.

Whether an endpoint is offered is not written here: the route table knows. ``note`` says how ours differs from Quay's
(""; the same), ``ours`` that Quay has none, ``never`` why we will not have it. Add the line of a new route here.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

A = "/api/v1"
ORG = f"{A}/organization/{{organization}}"
REPO = f"{A}/repository/{{repository}}"
SUPER = f"{A}/superuser"


class Endpoint(msgspec.Struct, frozen=True):
    """An address with its methods, separated by ``|``."""

    methods: str
    template: str
    note: str = ""
    ours: bool = False
    never: str = ""


E = Endpoint

_V1 = "clients speak the OCI Distribution API since 2015"
_BILLING = "billing is Quay's hosted service's"
_ONE_ANSWER = "every refusal is the same for a repository that is hidden and one that is missing"
_LINEAR = (
    "patterns are RE2's, matched in linear time: no look-around, no back-references; what a policy made immutable stays "
    "so when the feature is switched off"
)
_SYNC = "comes with LDAP and OpenID Connect"

ENDPOINTS: Mapping[str, tuple[Endpoint, ...]] = {
    "What the API says of itself": (
        E("GET", f"{A}/discovery", "parameters of equal addresses have one name; `internal=true` lists sessions' routes too"),
        E("GET", f"{A}/openapi.json", "OpenAPI 3.1", ours=True),
        E("GET", f"{A}/docs", "a page to read, without script", ours=True),
        E("GET", f"{A}/error/{{error_type}}", "texts are our own"),
        E("GET", f"{A}/registry/capabilities"),
        E("GET", f"{A}/messages"),
        E("POST", f"{A}/messages", "at most 100 messages of 8192 characters"),
        E("DELETE", f"{A}/message/{{uuid}}"),
    ),
    "First user": (
        E(
            "POST",
            f"{A}/user/initialize",
            "only from the machine itself, or with the set-up token as Bearer: in Quay whoever comes first owns the "
            "registry; the user is a superuser unless `SUPER_USERS` names others",
        ),
    ),
    "Users and sessions": (
        E("GET", f"{A}/user/"),
        E("POST", f"{A}/user/", "it is not told that an e-mail address is taken: several accounts may have it; nobody signs up under a name that the configuration trusts"),
        E("PUT|DELETE", f"{A}/user/", "no change of name: what is under the old one would be anybody's"),
        E("GET", f"{A}/users/{{username}}"),
        E("POST", f"{A}/signin", "names that exist and names that do not are refused alike; 429 is the error object; up to 100 sessions of a user"),
        E("POST", f"{A}/signin/verify"),
        E("POST", f"{A}/signout"),
        E("POST", f"{A}/user/clientkey"),
        E("POST", f"{A}/user/convert", "nobody is signed in by it: the administrator signs in"),
        E("POST", f"{A}/recovery", "refused to every address alike: no mail is sent yet"),
        E("POST", f"{A}/externallogin/{{service}}"),
        E("POST", f"{A}/detachexternal/{{service}}"),
        E("GET", "/csrf_token"),
        E("GET", f"{A}/user/notifications", "invitations to teams so far"),
        E("GET|PUT", f"{A}/user/notifications/{{uuid}}"),
        E("GET|POST", f"{A}/user/starred"),
        E("DELETE", f"{A}/user/starred/{{repository}}"),
        E("GET", f"{A}/user/authorizations"),
        E("GET|DELETE", f"{A}/user/authorizations/{{uuid}}"),
        E("GET", f"{A}/user/assignedauthorization"),
        E("DELETE", f"{A}/user/assignedauthorization/{{uuid}}"),
        E("GET|POST", "/signin", "a form to sign in by, for people whom an application sends here", ours=True),
        E("GET", f"{A}/user/sessions", "browsers that are signed in", ours=True),
        E("DELETE", f"{A}/user/sessions/{{uuid}}", "sign one of them out", ours=True),
        E("GET|POST", f"{A}/user/apptoken"),
        E("GET|DELETE", f"{A}/user/apptoken/{{uuid}}"),
        E("GET|POST", f"{A}/user/autoprunepolicy/"),
        E("GET|PUT|DELETE", f"{A}/user/autoprunepolicy/{{uuid}}"),
        E("GET", f"{A}/user/marketplace", never=_BILLING),
        E("GET", f"{A}/plans/", never=_BILLING),
    ),
    "Organizations and teams": (
        E("POST", f"{A}/organization/"),
        E("GET|PUT|DELETE", ORG, "no quotas yet"),
        E("GET", f"{ORG}/members"),
        E("GET|DELETE", f"{ORG}/members/{{member}}"),
        E("GET", f"{ORG}/collaborators"),
        E("PUT|DELETE", f"{ORG}/team/{{team}}", "nobody, be it a superuser, takes an organization's last team of administrators"),
        E("GET", f"{ORG}/team/{{team}}/members"),
        E("PUT|DELETE", f"{ORG}/team/{{team}}/members/{{member}}", "adding a member again is no error"),
        E("PUT|DELETE", f"{ORG}/team/{{team}}/invite/{{email}}"),
        E("GET", f"{ORG}/team/{{team}}/permissions"),
        E("POST|DELETE", f"{ORG}/team/{{team}}/syncing"),
        E("PUT|DELETE", f"{A}/teaminvite/{{code}}", "an invitation of another user's is not told from none (Quay names that user)"),
        E("GET|POST", f"{ORG}/prototypes", "a second one for the same creator and delegate changes the role of the first"),
        E("PUT|DELETE", f"{ORG}/prototypes/{{uuid}}"),
        E("GET|POST", f"{ORG}/immutabilitypolicy/", _LINEAR),
        E("GET|PUT|DELETE", f"{ORG}/immutabilitypolicy/{{uuid}}"),
        E("GET|POST", f"{ORG}/autoprunepolicy/"),
        E("GET|PUT|DELETE", f"{ORG}/autoprunepolicy/{{uuid}}"),
        E("GET|POST", f"{ORG}/marketplace", never=_BILLING),
        E("GET", f"{ORG}/invoices", never=_BILLING),
    ),
    "Robots": (
        E("GET", f"{A}/user/robots"),
        E("GET|PUT|DELETE", f"{A}/user/robots/{{robot}}"),
        E("PATCH", f"{A}/user/robots/{{robot}}", "change description, metadata and rights", ours=True),
        E("GET", f"{A}/user/robots/{{robot}}/permissions"),
        E("POST", f"{A}/user/robots/{{robot}}/regenerate"),
        E("GET|POST|DELETE", f"{A}/user/robots/{{robot}}/federation", "`claims` narrow further; without `audiences` a token must be meant for `SERVER_HOSTNAME` (Quay only warns)"),
        E("GET", f"{ORG}/robots"),
        E("GET|PUT|DELETE", f"{ORG}/robots/{{robot}}"),
        E("PATCH", f"{ORG}/robots/{{robot}}", "change description, metadata and rights", ours=True),
        E("GET", f"{ORG}/robots/{{robot}}/permissions"),
        E("POST", f"{ORG}/robots/{{robot}}/regenerate"),
        E("GET|POST|DELETE", f"{ORG}/robots/{{robot}}/federation", "`claims` narrow further; without `audiences` a token must be meant for `SERVER_HOSTNAME` (Quay only warns)"),
        E(
            "GET",
            "/oauth2/federation/robot/token",
            "the token never outlives the one it was exchanged for; one text for every refusal, the log tells why",
        ),
    ),
    "Repositories": (
        E("GET|POST", f"{A}/repository"),
        E("GET|PUT|DELETE", REPO, _ONE_ANSWER),
        E("POST", f"{REPO}/changevisibility"),
        E("PUT", f"{REPO}/changestate", "offered without `FEATURE_REPO_MIRROR` too"),
        E("POST", f"{REPO}/changetrust", never="Docker's content trust (Notary 1) is retired"),
        E("GET", f"{REPO}/signatures", never="Docker's content trust (Notary 1) is retired"),
        E("GET|POST", f"{REPO}/tokens/", never="Quay answers 410"),
        E("GET|PUT|DELETE", f"{REPO}/tokens/{{code}}", never="Quay answers 410"),
        E("GET", f"{REPO}/permissions/user/"),
        E("GET", f"{REPO}/permissions/team/"),
        E("GET|PUT|DELETE", f"{REPO}/permissions/user/{{username}}"),
        E("GET|PUT|DELETE", f"{REPO}/permissions/team/{{team}}"),
        E("GET", f"{REPO}/permissions/user/{{username}}/transitive"),
        E("GET|POST", f"{REPO}/immutabilitypolicy/", _LINEAR),
        E("GET|PUT|DELETE", f"{REPO}/immutabilitypolicy/{{uuid}}"),
        E("GET|POST", f"{REPO}/autoprunepolicy/"),
        E("GET|PUT|DELETE", f"{REPO}/autoprunepolicy/{{uuid}}"),
        E("GET", f"{A}/entities/{{prefix}}", "for those who are logged in; by a token of any scope"),
        E("POST", f"{A}/entities/link/{{username}}"),
        E("GET", f"{A}/find/all"),
        E("GET", f"{A}/find/repositories"),
    ),
    "Tags, manifests, labels": (
        E(
            "GET",
            f"{REPO}/tag/",
            "`size` is that of all blobs a pull fetches, the config's too, each once; no `docker_image_id`; `like:` looks "
            "for a part of a name in any case",
        ),
        E(
            "PUT",
            f"{REPO}/tag/{{tag}}",
            "an immutable tag that is pointed at what it points at already stays as it is and is no error; a manifest that "
            "an index under an immutable tag lists can't be deleted by digest either",
        ),
        E("DELETE", f"{REPO}/tag/{{tag}}"),
        E(
            "POST",
            f"{REPO}/tag/{{tag}}/restore",
            "what an index lists comes back with it, and blobs that were deleted from the repository meanwhile",
        ),
        E("POST", f"{REPO}/tag/{{tag}}/expire", "`include_submanifests` changes nothing: what only an index held goes with it"),
        E(
            "GET",
            f"{REPO}/tag/{{tag}}/pull_statistics",
            "a tag is pulled by GET and HEAD of it, a manifest by GET alone, by whatever name",
        ),
        E("GET", f"{REPO}/manifest/{{digest}}", "`layers` of artifacts too, without history; layers without content are left out"),
        E("GET", f"{REPO}/manifest/{{digest}}/pull_statistics"),
        E(
            "GET|POST",
            f"{REPO}/manifest/{{digest}}/labels",
            "annotations of the manifest are labels of source `manifest`, beside those of an image's config",
        ),
        E("GET|DELETE", f"{REPO}/manifest/{{digest}}/labels/{{label}}"),
        E("GET", f"{REPO}/manifest/{{digest}}/security"),
    ),
    "OAuth": (
        E("GET", f"{A}/app/{{client_id}}"),
        E("GET|POST", f"{ORG}/applications", "`redirect_uri` must be a URI"),
        E("GET|PUT|DELETE", f"{ORG}/applications/{{client_id}}", "`redirect_uri` must be a URI"),
        E("POST", f"{ORG}/applications/{{client_id}}/resetclientsecret"),
        E(
            "GET|POST",
            f"{ORG}/applications/{{client_id}}/tokens",
            "a token makes none that may do more than itself; tokens that users granted are listed too",
        ),
        E("DELETE", f"{ORG}/applications/{{client_id}}/tokens/{{uuid}}"),
        E(
            "GET",
            "/oauth/authorize",
            "redirect URIs are the registered one or lie below its path (Quay compares the beginning of the text); what is "
            "wrong is told on a page, not by a redirect; PKCE with S256; answers have `iss`",
        ),
        E("POST", "/oauth/authorizeapp", "`scope` stands in the fragment, not in the query"),
        E("POST", "/oauth/denyapp", "`error=access_denied`"),
        E(
            "POST",
            "/oauth/access_token",
            "the secret in the form or as Basic, never in the address; a code that comes twice revokes its token",
        ),
        E("GET", "/oauth/localapp"),
        E("POST", "/oauth/authorize/assignuser"),
    ),
    "Superusers": (
        E("GET|POST", f"{SUPER}/users/"),
        E(
            "GET|PUT|DELETE",
            f"{SUPER}/users/{{username}}",
            "`superuser` is refused: the configuration names them; they are not changed here, oneself included",
        ),
        E("POST", f"{A}/superusers/users/{{username}}/sendrecovery", "no mail is sent yet: always 400"),
        E("GET", f"{SUPER}/organizations/"),
        E("PUT|DELETE", f"{SUPER}/organizations/{{name}}"),
        E("POST", f"{SUPER}/takeownership/{{namespace}}"),
        E("GET|POST", f"{SUPER}/registrysize/", "each blob counts once, whatever refers to it"),
        E("GET", f"{SUPER}/registrystatus"),
        E("GET", f"{SUPER}/apptokens", "by pages; `username` says whose each is"),
        E("GET", f"{SUPER}/config"),
        E("GET|POST", f"{SUPER}/keys"),
        E("GET|PUT|DELETE", f"{SUPER}/keys/{{kid}}"),
        E("POST", f"{SUPER}/approvedkeys/{{kid}}"),
        E("GET", f"{SUPER}/logs"),
        E("GET", f"{SUPER}/aggregatelogs"),
        E("GET", f"{SUPER}/changelog/"),
        E("GET", f"{SUPER}/{{build}}/logs"),
        E("GET", f"{SUPER}/{{build}}/logs/archive"),
        E("GET", f"{SUPER}/{{build}}/status"),
        E("GET", f"{SUPER}/{{build}}/build"),
        E("GET|POST", f"{SUPER}/users/{{username}}/quota"),
        E("PUT|DELETE", f"{SUPER}/users/{{username}}/quota/{{quota}}"),
        E("GET|POST", f"{SUPER}/organization/{{name}}/quota"),
        E("PUT|DELETE", f"{SUPER}/organization/{{name}}/quota/{{quota}}"),
        E("GET", f"{SUPER}/mirror/health"),
    ),
    "Notifications and logs": (
        E("GET|POST", f"{REPO}/notification/"),
        E("GET|POST|DELETE", f"{REPO}/notification/{{uuid}}"),
        E("POST", f"{REPO}/notification/{{uuid}}/test"),
        E("GET|POST", f"{REPO}/authorizedemail/{{email}}"),
        E("GET|POST", f"{ORG}/notifications"),
        E("GET|POST|DELETE", f"{ORG}/notifications/{{uuid}}"),
        E("POST", f"{ORG}/notifications/{{uuid}}/test"),
        E("GET|POST", f"{A}/user/namespacenotifications"),
        E("GET", f"{REPO}/logs"),
        E("GET", f"{REPO}/aggregatelogs"),
        E("POST", f"{REPO}/exportlogs"),
        E("GET", f"{A}/user/logs"),
        E("GET", f"{A}/user/aggregatelogs"),
        E("POST", f"{A}/user/exportlogs"),
        E("GET", f"{ORG}/logs"),
        E("GET", f"{ORG}/aggregatelogs"),
        E("POST", f"{ORG}/exportlogs"),
        E("GET", "/exportedlogs/{id}"),
    ),
    "Builds": (
        E("GET|POST", f"{REPO}/build/"),
        E("GET|DELETE", f"{REPO}/build/{{build}}"),
        E("GET", f"{REPO}/build/{{build}}/status"),
        E("GET", f"{REPO}/build/{{build}}/logs"),
        E("GET", f"{REPO}/trigger/"),
        E("GET|PUT|DELETE", f"{REPO}/trigger/{{uuid}}"),
        E("POST", f"{REPO}/trigger/{{uuid}}/activate"),
        E("POST", f"{REPO}/trigger/{{uuid}}/start"),
        E("POST", f"{REPO}/trigger/{{uuid}}/subdir"),
        E("POST", f"{REPO}/trigger/{{uuid}}/analyze"),
        E("POST", f"{REPO}/trigger/{{uuid}}/sources"),
        E("POST", f"{REPO}/trigger/{{uuid}}/fields/{{field}}"),
        E("GET", f"{REPO}/trigger/{{uuid}}/namespaces"),
        E("GET", f"{REPO}/trigger/{{uuid}}/builds"),
        E("POST", f"{A}/filedrop/"),
        E("GET", "/buildlogs/{build}"),
        E("GET", "/repository/{repository}/status"),
        E("GET", "/customtrigger/setup/{repository}"),
        E("POST", "/webhooks/push/trigger/{uuid}"),
    ),
    "Mirrors, proxy cache, quotas": (
        E("GET|POST|PUT", f"{REPO}/mirror"),
        E("POST", f"{REPO}/mirror/sync-now"),
        E("POST", f"{REPO}/mirror/sync-cancel"),
        E("GET", f"{A}/repository/mirror/health"),
        E("GET|POST|PUT|DELETE", f"{ORG}/mirror"),
        E("POST", f"{ORG}/mirror/sync-now"),
        E("POST", f"{ORG}/mirror/sync-cancel"),
        E("POST", f"{ORG}/mirror/verify"),
        E("GET", f"{ORG}/mirror/repositories"),
        E("GET|POST|DELETE", f"{ORG}/proxycache"),
        E("POST", f"{ORG}/validateproxycache"),
        E("GET|POST", f"{ORG}/quota"),
        E("GET|PUT|DELETE", f"{ORG}/quota/{{quota}}"),
        E("GET|POST", f"{ORG}/quota/{{quota}}/limit"),
        E("GET|PUT|DELETE", f"{ORG}/quota/{{quota}}/limit/{{limit}}"),
        E("GET", f"{A}/user/quota"),
        E("GET", f"{A}/user/quota/{{quota}}"),
        E("GET", f"{A}/user/quota/{{quota}}/limit"),
        E("GET", f"{A}/user/quota/{{quota}}/limit/{{limit}}"),
    ),
    "Beside the API": (
        E("GET", "/_internal_ping"),
        E("GET", "/v1/_internal_ping"),
        E("GET", "/v1/_ping"),
        E("GET", "/secscan/_internal_ping"),
        E("GET", "/secscan/_backfill_status"),
        E("POST", "/secscan/notification"),
        E("GET", "/health", "answers are kept for some seconds; each part has a time limit"),
        E("GET", "/health/instance", "as `/health`"),
        E("GET", "/health/endtoend", "as `/health`; `redis` only where there is one"),
        E("GET", "/status", "as `/health/endtoend`"),
        E("GET", "/health/warning"),
        E(
            "GET",
            "/health/enabledebug/{secret}",
            never="a secret in an address is written to the logs of every proxy on the way; superusers read the same "
            "with their token",
        ),
        E("GET", "/config", "the public part only: no setting that a stranger has no use for"),
        E("GET", "/keys/services/{service}/keys"),
        E(
            "GET|PUT|DELETE",
            "/keys/services/{service}/keys/{kid}",
            "RS256 and ES256; a key never replaces another of its name; at most 100 keys wait for approval",
        ),
        E("GET", "/.well-known/app-capabilities", "`io.quay.view-image` only"),
        E("GET", "/.well-known/change-password"),
        E("GET", "/realtime/user/subscribe"),
        E("POST", f"{A}/bootstrap/renew"),
        E("GET", "/cnr/{path}", never="app registries are charts in OCI form today; Quay dropped them in 3.8"),
        E("GET", "/c1/squash/{path}", never="Quay dropped it"),
        E("GET", "/c1/aci/{path}", never="Quay dropped it"),
        E("GET|PUT", "/v1/repositories/{path}", never=_V1),
        E("GET|PUT", "/v1/images/{path}", never=_V1),
        E("GET|POST", "/v1/users/", never=_V1),
        E("GET", "/v1/search", never=_V1),
        E("GET", "/livez", "for Kubernetes", ours=True),
        E("GET", "/readyz", "for Kubernetes", ours=True),
        E("GET", "/metrics", "on the server's own port", ours=True),
    ),
    "Registry": (
        E("GET", "/v2/", "body `{}`"),
        E("GET", "/v2/auth", "ES256; no repository is made here, but by the push; also `access_token` and `expires_in`"),
        E("POST", "/v2/auth", "the OAuth2 form of the token server", ours=True),
        E("GET", "/v2/_catalog"),
        E("GET", "/v2/{name}/tags/list"),
        E("GET", "/v2/{name}/referrers/{digest}", "as the specification has it: pages, and an empty index for unknown digests"),
        E("GET|HEAD|PUT|DELETE", "/v2/{name}/manifests/{reference}"),
        E("GET|HEAD", "/v2/{name}/blobs/{digest}"),
        E("DELETE", "/v2/{name}/blobs/{digest}", "allowed while no manifest needs the blob; Quay never does"),
        E("POST", "/v2/{name}/blobs/uploads/"),
        E("GET|PATCH|PUT|DELETE", "/v2/{name}/blobs/uploads/{upload}", "only the account that began the upload may"),
    ),
}  # fmt: skip
