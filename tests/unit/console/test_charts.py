"""From facts of charts to what pages show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from charthouse.console.charts.changes import changes
from charthouse.console.charts.highlighting import LARGEST, highlighted
from charthouse.console.charts.installing import Origin, argo_cd, by_classic, by_oci, flux, terraform
from charthouse.console.charts.links import (
    dependency_here,
    icon_source,
    image_here,
    mail_address,
    web_address,
)
from charthouse.console.charts.schemas import rules
from charthouse.console.charts.settings import PAGE, settings
from charthouse.helm.chart.compare import Change, Comparison
from charthouse.helm.chart.diffs import Diff
from charthouse.helm.chart.facts import Value
from charthouse.model.names import RepositoryName

ORIGIN = Origin(
    "https", "hub.example.com", RepositoryName("acme/team/web"), "1.0.0_b1", "sha256:ab", True, True
)
VALUES = [
    Value(path="image", type="object"),
    Value(path="image.tag", type="string", default="v2", description="Which one", line=2),
    Value(path="service", type="object", description="How it is reached"),
    Value(path="service.port", type="integer", default=8080),
    Value(path="name", type="string", default=""),
]


@pytest.mark.parametrize("address", ["https://example.com/a?b#c", "http://user@example.com"])
def test_addresses_of_the_web(address: str) -> None:
    assert web_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/a",
        "//a",
        "https:",
        "http://[",
        "https://a\u202eb",
        "JaVaScRiPt:x",
        "",
    ],
)
def test_what_is_no_address_of_the_web(address: str) -> None:
    assert web_address(address) == ""


def test_mail_addresses_and_icons() -> None:
    assert mail_address("a.b+c@example.com") == "a.b+c@example.com"
    assert mail_address('a"b@example.com') == mail_address("a@b?cc=x") == ""
    assert icon_source("data:image/png;base64,AAAA") == "data:image/png;base64,AAAA"
    assert icon_source("https://example.com/icon.png") == icon_source("data:text/html;base64,AAAA") == ""


def test_images_of_this_registry() -> None:
    host = "localhost:5000"
    found = [image_here(f"{host}/acme/app{end}", host) for end in ("", ":v2", "@sha256:ab", ":v2@sha256:ab")]
    assert [one and one.reference for one in found] == ["latest", "v2", "sha256:ab", "sha256:ab"]
    assert {one and one.repository for one in found} == {"acme/app"}
    assert image_here("acme/app:v2", host) is image_here(f"{host}/UPPER/app", host) is None


def test_dependencies_of_this_registry() -> None:
    host = "localhost:5000"
    assert dependency_here(f"oci://{host}/acme", "cache", host) == "acme/cache"
    assert dependency_here(f"http://{host}/charts/acme/team/", "cache", host) == "acme/team/cache"
    assert dependency_here("oci://elsewhere/acme", "cache", host) is None
    assert dependency_here(f"http://{host}/other", "cache", host) is None


def test_lines_for_helm() -> None:
    oci = by_oci(ORIGIN, "")
    assert oci.upgrade == "helm upgrade --install web oci://hub.example.com/acme/team/web --version 1.0.0+b1"
    assert oci.login == ""
    classic = by_classic(ORIGIN, "")
    assert classic is not None
    assert classic.prepare.startswith("helm repo add acme-team https://hub.example.com/charts/acme/team\n")
    assert classic.pull == "helm pull acme-team/web --version 1.0.0+b1"


def test_lines_without_tls_and_with_a_login() -> None:
    origin = Origin("http", "localhost:5000", RepositoryName("acme/web"), "1.0.0", "sha256:ab", True, False)
    assert by_oci(origin, "alice").login == "helm registry login localhost:5000 --username alice --plain-http"
    assert by_oci(origin, "").pull.endswith("--version 1.0.0 --plain-http")
    assert "insecure: true" in flux(origin)
    assert "secretRef" in flux(origin)
    assert 'repository       = "http://localhost:5000/charts/acme"' in terraform(origin)
    assert "repoURL: http://localhost:5000/charts/acme" in argo_cd(origin)


@pytest.mark.parametrize("tag", ["stable", "1", "1.2", "01.0.0"])
def test_a_tag_that_is_no_version_is_taken_by_its_digest(tag: str) -> None:
    origin = Origin("https", "hub.example.com", RepositoryName("acme/web"), tag, "sha256:ab", False, True)
    assert by_oci(origin, "").upgrade == "helm upgrade --install web oci://hub.example.com/acme/web@sha256:ab"
    assert by_classic(origin, "") is None
    assert argo_cd(origin) == terraform(origin) == ""
    assert f'tag: "{tag}"' in flux(origin)


def test_settings_are_found_by_every_word() -> None:
    assert [row.path for row in settings(VALUES, "", 1).rows] == [
        "image.tag",
        "service",
        "service.port",
        "name",
    ]
    assert [row.path for row in settings(VALUES, "WHICH v2", 1).rows] == ["image.tag"]
    assert [row.path for row in settings(VALUES, "8080", 1).rows] == ["service.port"]
    assert settings(VALUES, "which 8080", 1).found == 0
    assert [row.default for row in settings(VALUES, "", 1).rows] == ["v2", "", "8080", '""']


def test_settings_come_in_pages() -> None:
    many = [Value(path=f"key{number}", type="integer", default=number) for number in range(PAGE + 1)]
    first, second = settings(many, "", 1), settings(many, "", 2)
    assert (len(first.rows), first.more, first.found) == (PAGE, True, PAGE + 1)
    assert ([row.path for row in second.rows], second.more) == ([f"key{PAGE}"], False)


def test_a_schema_is_told_by_its_members() -> None:
    schema = {
        "$defs": {"port": {"type": "integer", "minimum": 1}, "again": {"$ref": "#/$defs/again"}},
        "required": ["port"],
        "properties": {
            "port": {"$ref": "#/$defs/port", "description": "Where"},
            "kind": {"enum": ["a", 1]},
            "again": {"$ref": "#/$defs/again"},
            "list": {"type": ["array", "null"], "items": {"properties": {"name": {"type": "string"}}}},
            "odd": True,
        },
        "allOf": [{"properties": {"more": {"default": None}}}],
    }
    found = {rule.path: rule for rule in rules(json.dumps(schema))}
    assert list(found) == ["port", "kind", "again", "list", "list[].name", "odd", "more"]
    port = found["port"]
    assert (port.type, port.required, port.bounds, port.description) == (
        "integer",
        True,
        [("minimum", "1")],
        "Where",
    )
    assert found["kind"].choices == ["a", "1"]
    assert found["list"].type == "array, null"
    assert found["more"].default == "null"


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"$ref": "#"}] * 30},
        {"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}, "c": {"$ref": "#"}}},
        {
            "properties": {str(n): {"$ref": "#/$defs/a"} for n in range(3000)},
            "$defs": {"a": {"default": "x" * 90_000}},
        },
    ],
    ids=["nothing", "members", "texts"],
)
def test_references_that_multiply_are_told_as_far_as_it_goes(schema: dict[str, Any]) -> None:
    assert len(rules(json.dumps(schema))) <= 2000


@pytest.mark.parametrize("text", ["", "[]", "{", "3", '{"properties": 3, "allOf": 1, "required": [[]]}'])
def test_what_is_no_schema_has_no_rules(text: str) -> None:
    assert rules(text) == []


def test_a_schema_that_names_itself_again_and_again_has_an_end() -> None:
    again: dict[str, object] = {word: [{"$ref": "#"}] * 9 for word in ("allOf", "anyOf", "oneOf")}
    assert rules(json.dumps(again)) == []
    often = {"properties": {f"p{number}": {"$ref": "#"} for number in range(9)}} | again
    assert 1000 < len(rules(json.dumps(often))) <= 2000


def test_what_many_settings_refer_to_is_not_told_without_end() -> None:
    large = {"description": "d" * 100_000, "default": ["x" * 100_000], "type": ["t" * 100_000] * 100}
    schema = {
        "$defs": {"large": large},
        "properties": {f"p{n}": {"$ref": "#/$defs/large"} for n in range(2000)},
    }
    found = rules(json.dumps(schema))
    assert found[0].default == '["' + "x" * 298
    assert 100 < len(found) < 500
    assert sum(len(rule.description) + len(rule.type) for rule in found) < 3_000_000


def test_changes_as_a_page_shows_them() -> None:
    compared = Comparison(
        older="1",
        newer="2",
        metadata=[Change("version", "changed", "1", "2")],
        values=[Change("a", "added", None, 1), Change("b", "removed", "x", None)],
        images=[Change("app", "changed", ["app:1"], ["app:2", "app:3"])],
        templates=[Diff(path="t", kind="changed", diff="--- t\n+++ t\n@@ -1 +1 @@\n-a\n+b\n c")],
    )
    found = changes(compared)
    assert not found.nothing
    assert found.metadata == []
    assert [(one.before, one.after) for one in found.values] == [(None, "1"), ("x", None)]
    assert (found.images[0].before, found.images[0].after) == ("app:1", "app:2, app:3")
    [text] = found.templates
    assert [line.kind for line in text.lines] == ["place", "removed", "added", ""]
    assert (text.added, text.removed, text.cut) == (1, 1, False)
    assert changes(Comparison(older="1", newer="1")).nothing


def test_texts_have_colours_and_lines_have_addresses() -> None:
    html = highlighted('a:\n  b: {{ include "x" . }} # c\n', "templates/x.yaml")
    assert html.startswith('<span id="L1"><span class="p-nt">a</span>')
    assert '<span class="p-nt">b</span>' in html
    assert '<span class="p-nf">include</span>' in html
    assert html.count("id=") == 2
    assert '<span class="p-nt">' in highlighted('{"a": 1}', "values.schema.json")


def test_other_texts_are_plain() -> None:
    assert highlighted("<b> & 'c'", "LICENSE") == "&lt;b&gt; &amp; &#39;c&#39;"
    assert "span" not in highlighted("a: b\n" * LARGEST, "values.yaml")
    assert highlighted("", "values.yaml") == '<span id="L1">\n</span>'
