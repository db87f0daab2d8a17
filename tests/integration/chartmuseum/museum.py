"""ChartMuseum's API as its clients call it."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from tests.support.packages import form_of, package
from tests.support.server import Answer, Person, Server
from tests.support.signed_charts import clear_signed


def chart(name: str, version: str, description: str = "A chart", **files: str) -> bytes:
    """Return a package; ``files`` by their names, ``_`` for dots."""
    content = {path.replace("_", "."): text.encode() for path, text in files.items()}
    return package(name, version, content, f"description: {description}")


def provenance(name: str, version: str, content: bytes) -> bytes:
    """Return a provenance file of a package, as ``helm package --sign`` writes it; its signature is none."""
    digest = hashlib.sha256(content).hexdigest()
    text = f"apiVersion: v2\nname: {name}\nversion: {version}\n\n...\nfiles:\n"
    return clear_signed(f"{text}  {name}-{version}.tgz: sha256:{digest}\n")


class Museum:
    """One level of a server, asked as its owner unless told otherwise."""

    def __init__(self, server: Server, level: str) -> None:
        self.server = server
        self.level = level
        self.api = f"/charts/api/{level}"

    @classmethod
    def new(cls, server: Server, below: str = "") -> Museum:
        """Return a level in an organization of its own."""
        name = f"org-{secrets.token_hex(4)}"
        server.admin  # noqa: B018 -- makes the first user
        server.create_organization(name)
        return cls(server, name + below)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        person: Person | str | None = "",
        **headers: str,
    ) -> Answer:
        """Call the API below the level; ``person`` None: without a login."""
        who = self.server.admin if person == "" else person
        own = who.basic if isinstance(who, Person) else {}
        return self.server.request(method, self.api + path, body, own | headers)

    def upload(self, package: bytes, query: str = "", person: Person | str | None = "") -> Answer:
        """Upload a package as ``curl --data-binary`` does."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", f"/charts{query}", package, person, **kind)

    def post(self, query: str = "", **fields: bytes) -> Answer:
        """Upload a form."""
        body, headers = form_of(**fields)
        return self.ask("POST", f"/charts{query}", body, **headers)

    def charts(self, query: str = "") -> Any:
        """Return the list of charts."""
        answer = self.ask("GET", f"/charts{query}")
        assert answer.status == 200, answer.body
        return answer.json()

    def manifest(self, name: str, reference: str) -> Answer:
        """Return a chart's manifest by the registry's API."""
        path = f"/v2/{self.level}/{name}/manifests/{reference}"
        return self.server.request("GET", path, headers=self.server.admin.basic)


def error(answer: Answer) -> tuple[int, str]:
    """Return status and text of a refusal."""
    document = answer.json()
    assert list(document) == ["error"]
    assert answer.headers["x-request-id"]
    return answer.status, document["error"]
