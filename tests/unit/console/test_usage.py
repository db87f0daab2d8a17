"""Lines by which images are fetched, and how their steps are told."""

from __future__ import annotations

import pytest

from charthouse.console.usage import indented, moment_of, short_name, step_words, usage_lines


def test_lines_over_https() -> None:
    lines = usage_lines("https", "registry.example.com", "acme/app", ":v1")
    assert lines.docker == "docker pull registry.example.com/acme/app:v1"
    assert lines.podman == "podman pull registry.example.com/acme/app:v1"
    assert lines.skopeo == "skopeo copy docker://registry.example.com/acme/app:v1 oci:app"
    assert lines.oras == "oras pull registry.example.com/acme/app:v1"
    assert lines.pod.endswith("      image: registry.example.com/acme/app:v1")


def test_clients_are_told_of_plain_http() -> None:
    lines = usage_lines("http", "localhost:5000", "acme/app", "@sha256:00")
    assert lines.podman == "podman pull --tls-verify=false localhost:5000/acme/app@sha256:00"
    assert lines.skopeo.startswith("skopeo copy --src-tls-verify=false docker://")
    assert lines.oras == "oras pull --plain-http localhost:5000/acme/app@sha256:00"


@pytest.mark.parametrize(
    ("repository", "name"),
    [("a/b_c.d", "b-c-d"), ("a/b/c", "c"), ("a/" + "x" * 70, "x" * 63), ("a/__x", "x")],
)
def test_names_of_pods(repository: str, name: str) -> None:
    assert short_name(repository) == name


@pytest.mark.parametrize(
    ("created_by", "words"),
    [
        ('/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'),
        ("COPY . . # buildkit", "COPY . ."),
        ("RUN make", "RUN make"),
        ("", ""),
    ],
)
def test_steps_are_told_without_what_builders_add(created_by: str, words: str) -> None:
    assert step_words(created_by) == words


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01T10:00:00Z", 1793527200000),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments(text: str, moment: int | None) -> None:
    assert moment_of(text) == moment


def test_a_manifest_is_indented_and_its_numbers_stay() -> None:
    assert indented('{"a":[1.0,12345678901234567890123]}') == (
        '{\n  "a": [\n    1.0,\n    12345678901234567890123\n  ]\n}'
    )
    assert indented("{broken") == "{broken"


def test_what_would_grow_without_end_is_not_indented() -> None:
    deep = "[" * 100_000 + "1,1" + "]" * 100_000
    many = "[" * 17 + "1,1" + "]" * 17
    long = "[" + "1," * 200_000 + "1]"
    assert [indented(text) for text in (deep, many, long)] == [deep, many, long]
    assert "\n" in indented('["' + "[" * 100 + '\\"[[", ' + "[" * 15 + "]" * 15 + "]")
