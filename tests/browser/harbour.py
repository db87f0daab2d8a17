"""What the browser tests look at: a registry with people, an organization, and a repository of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.public_keys import RELEASE_KEY
from tests.support.server import Person, Server, serving

from .charts import push_web
from .pusher import Pusher
from .services import register_key

CONFIG = """\
SUPER_USERS: [harbourmaster]
GLOBAL_READONLY_SUPER_USERS: [observer]
FEATURE_USER_INITIALIZE: true
FEATURE_USER_CREATION: true
FEATURE_CHANGE_TAG_EXPIRATION: true
FEATURE_IMMUTABLE_TAGS: true
FEATURE_IMAGE_PULL_STATS: true
FRESH_LOGIN_TIMEOUT: 1h
"""


@dataclass(frozen=True)
class Harbour:
    """A running server and the people on it, all with ``NAME-secret`` as their password but the first.

    ``alice`` administers the organization ``acme``, ``bob`` is a member of it, ``carol`` is nobody there,
    ``observer`` a read-only superuser. ``acme/web`` holds a chart, ``acme/app`` an image for two platforms with a
    signature, ``acme/notes`` another artifact, ``acme/open`` is public, ``acme/empty`` empty.
    The key ``harbour-scanner`` of the service ``scanner`` waits for approval.
    """

    server: Server
    people: dict[str, Person]
    ids: Mapping[str, str] = field(default_factory=dict)
    """What addresses of pages name in braces: ``application``."""

    def address(self, path: str) -> str:
        """Return the URL of a page."""
        return self.server.url + path


@contextmanager
def harbour_in(data: Path, host: str = "") -> Iterator[Harbour]:
    """Serve a filled registry from the directory ``data``; ``host`` is what its charts call it, "" its address."""
    config = data.with_name(f"{data.name}.yaml")
    config.write_text(CONFIG)
    with serving(data, "--config", str(config)) as server:
        people = {"harbourmaster": server.admin}
        for name in ("alice", "bob", "carol", "observer"):
            people[name] = server.create_user(name)
        _fill(server, people, host or server.host)
        yield Harbour(server, people, _fill_organization(server))


def _fill(server: Server, people: dict[str, Person], host: str) -> None:
    master, alice = server.admin, people["alice"]
    server.create_organization("acme")
    _call(server, "PUT", "organization/acme/team/owners/members/alice")
    _call(server, "PUT", "organization/acme/team/crew", role="member")
    _call(server, "PUT", "organization/acme/team/crew/members/bob")
    image = f"{host}/acme/app"
    web = Pusher(server, alice, "acme/web")
    push_web(web, "1.0.0", image=image)
    push_web(web, "1.1.0", image=image, replicas=2, port=9090)
    app = Pusher(server, alice, "acme/app")
    app.image("v1", [b"first layer", b"second layer"], labels={"org.opencontainers.image.version": "1"})
    both = [
        app.image("", [b"first layer", architecture.encode()], architecture=architecture)
        for architecture in ("amd64", "arm64")
    ]
    app.index("v2", both)
    signed = app.image("v3", [b"first layer", b"third layer"], labels={"team": "crew"})
    subject = {key: signed[key] for key in ("mediaType", "digest", "size")}
    app.artifact("application/vnd.dev.cosign.artifact.sig.v1+json", {"signature": b"{}"}, subject=subject)
    app.artifact("application/spdx+json", {"sbom.json": b"{}"}, subject=subject)
    app.image("v1", [b"first layer", b"another layer"])  # so that there is something to restore
    notes = Pusher(server, alice, "acme/notes")
    notes.artifact(
        "application/vnd.example.notes", {"notes.txt": b"read me"}, "2026", annotations={"author": "alice"}
    )
    Pusher(server, alice, "acme/open").image("latest", [b"for everybody"])
    server.set_visibility("acme/open", "public")
    server.api(
        "POST",
        "/api/v1/repository",
        {"namespace": "acme", "repository": "empty", "visibility": "private", "description": ""},
        master,
    )
    _call(server, "PUT", "repository/acme/open", description="# Open\n\nFor **everybody**.")
    for team in ("web", "app"):
        _call(server, "PUT", f"repository/acme/{team}/permissions/team/crew", role="read")


def _fill_organization(server: Server) -> dict[str, str]:
    """Make what an organization has beside repositories; returns what the server named."""
    robot = {
        "description": "Pushes what the pipeline has built",
        "permissions": [{"repository": name, "role": "write"} for name in ("app", "web")],
    }
    server.api("PUT", "/api/v1/organization/acme/robots/pipeline", robot, server.admin)
    register_key(server, "scanner", "harbour-scanner")
    acme = "/api/v1/organization/acme"
    for delegate in ({"kind": "team", "name": "crew"}, {"kind": "user", "name": "acme+pipeline"}):
        rule = {"role": "read", "delegate": delegate, "activating_user": {"name": "harbourmaster"}}
        server.api("POST", f"{acme}/prototypes", rule, server.admin)
    about = {"name": "Portal", "description": "Lists every chart with its documentation"}
    client_id = server.api("POST", f"{acme}/applications", about, server.admin)["client_id"]
    token = {"name": "nightly", "scope": "repo:read"}
    server.api("POST", f"{acme}/applications/{client_id}/tokens", token, server.admin)
    server.api("POST", f"{acme}/keyring", {"armored": RELEASE_KEY}, server.admin)
    server.api("POST", f"{acme}/immutabilitypolicy/", {"tagPattern": "final-.*"}, server.admin)
    return {"application": client_id}


def _call(server: Server, method: str, path: str, **body: str) -> None:
    server.api(method, f"/api/v1/{path}", body, server.admin)
