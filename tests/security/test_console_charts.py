"""What a stranger writes into a chart runs in nobody's browser, and leads nobody where a page did not mean to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from tests.browser.pusher import Pusher
from tests.support.packages import package
from tests.support.server import Server, serving

SCRIPT = "</pre></title><script>alert(1)</script>\"'><img src=x onerror=alert(2)><svg/onload=alert(3)>"
EVIL = "javascript:alert(4)//"
ICON = "data:text/html;base64,PHNjcmlwdD5hbGVydCg1KTwvc2NyaXB0Pg=="
MARK = "alert(1)"
README = f"""\
# Hello {SCRIPT}

<script>alert(6)</script><iframe src="https://evil.example.com"></iframe><form action="https://evil.example.com"><input name=q></form>
<a href="{EVIL}" onclick="alert(7)" style="position:fixed">raw</a> <a href="java&#10;script:alert(8)">broken</a>
<h2 id="content">takes an id</h2> <a href="//evil.example.com/x">another host</a> <a href="data:text/html,x">data</a>

[markdown]({EVIL}) [file](docs/guide.md) [readme](README.md) [top](#hello) [up](../../../../-/admin/) [v](vbscript:x)
![picture](https://evil.example.com/pixel.png) <img src="https://evil.example.com/pixel.png" onerror=alert(9)>

<style>body {{ display: none }}</style><base href="https://evil.example.com/"><meta http-equiv="refresh" content="0;url=//evil">
"""
VALUES = f"""\
# -- {SCRIPT}
key: {json.dumps(SCRIPT)}
{json.dumps(SCRIPT)}: 1
image:
  repository: {json.dumps(EVIL)}
  tag: {json.dumps(SCRIPT)}
"""
SCHEMA = {
    "type": SCRIPT,
    "properties": {
        SCRIPT: {
            "type": SCRIPT,
            "description": SCRIPT,
            "enum": [SCRIPT],
            "pattern": SCRIPT,
            "default": SCRIPT,
        },
        "$ref": {"$ref": "#/properties/$ref"},
    },
}
TEMPLATE = f'{SCRIPT}\nimage: nginx\n{{{{ `{SCRIPT}` }}}} {{{{/* {SCRIPT} */}}}} "{SCRIPT}" # {SCRIPT}\n'
CHART = {
    "apiVersion": "v2",
    "name": "hostile",
    "version": "1.0.0",
    "appVersion": SCRIPT,
    "description": SCRIPT,
    "type": "application",
    "kubeVersion": ">=1.20.0",
    "keywords": [SCRIPT, EVIL],
    "home": EVIL,
    "sources": [EVIL, SCRIPT, "https://user@good.example.com/x"],
    "icon": ICON,
    "maintainers": [
        {"name": SCRIPT, "url": EVIL, "email": f"{SCRIPT}@x"},
        {"name": "b", "email": 'x"onclick=y@z'},
    ],
    "dependencies": [
        {"name": "other", "version": "1.0.0", "repository": EVIL, "condition": SCRIPT, "alias": "other"},
        {"name": "more", "version": "1.x", "repository": f"https://x/{SCRIPT}"},
    ],
    "annotations": {
        "artifacthub.io/changes": json.dumps(
            [{"kind": SCRIPT, "description": SCRIPT}, {"kind": {"a": SCRIPT}}, SCRIPT]
        ),
        "artifacthub.io/license": SCRIPT,
        "artifacthub.io/images": json.dumps([{"name": SCRIPT, "image": f"nginx:{SCRIPT}"}]),
        SCRIPT: SCRIPT,
    },
}
AT = "/acme/hostile/-/tags/1.0.0"
PAGES = (
    "/acme/hostile",
    AT,
    f"{AT}/values",
    f"{AT}/values?as=yaml",
    f"{AT}/schema",
    f"{AT}/schema?as=json",
    f"{AT}/templates",
    f"{AT}/templates?path=templates/page.html",
    f"{AT}/files",
    f"{AT}/files?path=README.md",
    "/acme/hostile/-/compare/1.0.0...2.0.0",
    "/acme/hostile/-/compare/2.0.0...1.0.0",
)
SHOWING = frozenset(PAGES) - {f"{AT}/files", "/acme/hostile"}
"""Pages that must show one of the texts, or the test looks at nothing."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("hostile") / "data") as running:
        running.create_organization("acme")
        pusher = Pusher(running, running.admin, "acme/hostile")
        files = {
            "values.yaml": VALUES.encode(),
            "README.md": README.encode(),
            "templates/page.yaml": TEMPLATE.encode(),
            "templates/page.html": SCRIPT.encode(),
            f"files/{SCRIPT.replace('/', '')}": b"x",
        }
        for version, schema in (("1.0.0", SCHEMA), ("2.0.0", {})):
            chart = CHART | {"version": version, "description": version + SCRIPT}
            lines = [
                f"{key}: {json.dumps(value)}"
                for key, value in chart.items()
                if key not in ("apiVersion", "name", "version")
            ]
            changed = files | {
                "values.schema.json": json.dumps(schema).encode(),
                "values.yaml": VALUES.replace("1\n", version[0] + "\n").encode(),
            }
            pusher.chart(version, chart, package("hostile", version, changed, *lines))
        running.set_visibility("acme/hostile", "public")
        yield running


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_a_chart_runs(server: Server, path: str) -> None:
    answer = server.request("GET", path, headers={"Accept": "text/html"})
    assert answer.status == 200, answer.body[:500]
    page = answer.body.decode()
    if path in SHOWING:
        assert "alert(" in page
    looked = _Look()
    looked.feed(page)
    assert looked.harm == []
    assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_the_readme_is_shown_all_the_same(server: Server) -> None:
    page = server.request("GET", AT).body.decode()
    assert 'id="readme-takes-an-id"' in page or 'id="readme-content"' in page
    assert f'href="{AT}/files?path=README.md"' in page
    assert "docs/guide.md" not in page


def test_a_file_is_sent_to_be_saved_and_never_as_a_page(server: Server) -> None:
    answer = server.request("GET", f"{AT}/raw?path=templates/page.html")
    assert (answer.status, answer.body.decode()) == (200, SCRIPT)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["../../etc/passwd", "templates", "Chart.yaml", "%00", "README.md%0d%0aX:y"])
def test_what_is_not_kept_is_missing(server: Server, path: str) -> None:
    assert server.request("GET", f"{AT}/raw?path={path}").status == 404


class _Look(HTMLParser):
    """Notes what could run, or look or lead elsewhere than the page means to."""

    def __init__(self) -> None:
        super().__init__()
        self.harm: list[str] = []
        self._ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"iframe", "object", "embed", "base", "style", "animate", "foreignobject"}:
            self.harm.append(tag)
        if tag == "script" and not given.get("src", "").startswith("/-/static/"):
            self.harm.append(f"script {given}")
        if tag == "meta" and "http-equiv" in given:
            self.harm.append(f"meta {given}")
        if tag == "img" and not given.get("src", "").startswith("/-/static/"):
            self.harm.append(f"img {given}")
        self.harm += [
            f"{tag} {name}" for name in given if name.startswith("on") or name in {"style", "srcdoc"}
        ]
        for name in ("href", "src", "action", "formaction"):
            address = urlsplit(given.get(name, ""))
            if address.scheme not in {"", "http", "https", "mailto"} or (
                address.netloc and not address.scheme
            ):
                self.harm.append(f"{tag} {name}={given[name]}")
            if tag != "a" and address.netloc:
                self.harm.append(f"{tag} leads elsewhere: {given[name]}")
        if given.get("id"):
            if given["id"] in self._ids:
                self.harm.append(f"id {given['id']} twice")
            self._ids.add(given["id"])
