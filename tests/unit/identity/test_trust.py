"""What an administrator may trust, and which tokens fit it."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.model.addresses import OutboundRules
from charthouse.model.errors import InvalidRequest
from charthouse.ports.robots import TrustedIdentity
from charthouse.services.identity.external_tokens import ExternalClaims
from charthouse.services.identity.trust import MOST_ENTRIES, TrustRules, matches

GITHUB = "https://token.actions.githubusercontent.com"
SUBJECT = "repo:acme/app:ref:refs/heads/main"
HOST = "registry.example.com"
RULES = TrustRules(OutboundRules(["git.corp", "127.0.0.1"]), HOST)
VALUES = {
    "repository": "acme/app",
    "repository_id": "12345",
    "ref": "refs/heads/main",
    "run_attempt": 2,
    "protected": True,
    "groups": ["a", "b", ["nested"]],
    "nothing": None,
    "object": {"a": "b"},
}


def claims(**changes: Any) -> ExternalClaims:
    made = ExternalClaims(GITHUB, SUBJECT, frozenset({HOST}), 0, VALUES)
    return msgspec.structs.replace(made, **changes)


def identity(**changes: Any) -> TrustedIdentity:
    return msgspec.structs.replace(TrustedIdentity(GITHUB, SUBJECT), **changes)


def fits(entry: TrustedIdentity, found: ExternalClaims | None = None) -> bool:
    return RULES.match([entry], found or claims())


def test_issuer_and_subject_are_compared_whole() -> None:
    assert fits(identity())
    for entry in (
        identity(issuer=GITHUB + "/"),
        identity(issuer=GITHUB.upper()),
        identity(subject=SUBJECT + "x"),
        identity(subject=SUBJECT.upper()),
        identity(subject="repo:acme/app:*"),
        identity(subject="*"),
        identity(subject="repo:acme/app:*", claims={"ref": "refs/heads/main"}),
        identity(subject="repo:acme/app:*", claims={"repository": "acme/*"}),
    ):
        assert not fits(entry)


def test_a_token_is_meant_for_us_or_for_whom_the_administrator_named() -> None:
    for audiences in ({HOST}, {f"https://{HOST}"}, {"x", HOST}):
        assert fits(identity(), claims(audiences=frozenset(audiences)))
    for audiences in (set[str](), {"https://github.com/acme"}, {f"{HOST}.example.com"}, {f"https://{HOST}/"}):
        assert not fits(identity(), claims(audiences=frozenset(audiences)))
    named = identity(audiences=("one", "two"))
    assert fits(named, claims(audiences=frozenset({"two"})))
    assert not fits(named, claims(audiences=frozenset({HOST})))


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("ref", "refs/heads/main", True),
        ("ref", "refs/heads/*", True),
        ("ref", "refs/*/main", True),
        ("ref", "refs/heads/mai", False),
        ("ref", "REFS/heads/main", False),
        ("ref", "refs/heads/mai?", False),
        ("ref", "refs/heads/[m]ain", False),
        ("ref", ".*", False),
        ("run_attempt", "2", True),
        ("run_attempt", "2.0", False),
        ("protected", "true", True),
        ("protected", "True", False),
        ("protected", "1", False),
        ("groups", "b", True),
        ("groups", "nested", False),
        ("nothing", "*", False),
        ("nothing", "None", False),
        ("object", "*", False),
        ("missing", "*", False),
    ],
)
def test_claims(name: str, pattern: str, expected: bool) -> None:
    assert fits(identity(claims={name: pattern})) is expected


def test_all_claims_must_fit() -> None:
    assert fits(identity(claims={"ref": "refs/heads/*", "repository": "acme/app"}))
    assert not fits(identity(claims={"ref": "refs/heads/*", "repository": "acme/other"}))


def test_a_pattern_of_subjects_beside_whose_token_it_is() -> None:
    entry = identity(subject="repo:acme/app:*", claims={"repository": "acme/app"})
    RULES.check([entry])
    assert fits(entry)
    assert fits(entry, claims(subject="repo:acme/app:environment:production"))
    assert not fits(entry, claims(subject="repo:acme/application:x"))
    stranger = {"repository": "mallory/app", "ref": "refs/heads/main"}
    assert not fits(entry, claims(subject="repo:acme/app:x", values=stranger))


@pytest.mark.parametrize(
    "entry",
    [
        identity(issuer="http://token.actions.githubusercontent.com"),
        identity(issuer="token.actions.githubusercontent.com"),
        identity(issuer="https://"),
        identity(issuer="https://user@host.example.com"),
        identity(issuer="https://user:secret@host.example.com"),
        identity(issuer="https://host.example.com?x"),
        identity(issuer="https://host.example.com#x"),
        identity(issuer="https://host.example.com\\@127.0.0.1"),
        identity(issuer="https://host example.com"),
        identity(issuer="https://[::1"),
        identity(issuer="https://host.example.com:99999"),
        identity(issuer="https://höst.example.com"),
        identity(issuer="ftp://git.corp"),
        identity(issuer="file:///etc/passwd"),
        identity(issuer="https://host.example.com/" + "x" * 2000),
        identity(subject=""),
        identity(subject="x" * 2000),
        identity(subject="a\nb"),
        identity(audiences=("",)),
        identity(audiences=tuple(map(str, range(100)))),
        identity(claims={"": "x"}),
        identity(claims={"ref": ""}),
        identity(claims={"sub": "x"}),
        identity(claims={"iss": "x"}),
        identity(claims={"exp": "*"}),
        identity(claims={str(number): "x" for number in range(100)}),
        identity(subject="*"),
        identity(subject="repo:acme/*"),
        identity(subject="repo:*", claims={"ref": "refs/heads/main"}),
        identity(subject="repo:*", claims={"repository": "*"}),
        identity(subject="repo:*", claims={"repository": "acme/*"}),
    ],
)
def test_what_is_not_kept(entry: TrustedIdentity) -> None:
    with pytest.raises(InvalidRequest):
        RULES.check([entry])


def test_what_is_kept() -> None:
    RULES.check([])
    RULES.check([identity(), identity(subject="another"), identity(claims={"ref": "x"})])
    RULES.check([identity(issuer="http://git.corp:8080/realms/ci"), identity(issuer="http://127.0.0.1")])
    with pytest.raises(InvalidRequest, match="Duplicate"):
        RULES.check([identity(), identity()])
    with pytest.raises(InvalidRequest):
        RULES.check([identity(subject=str(number)) for number in range(MOST_ENTRIES + 1)])


def test_without_a_name_of_our_own_audiences_must_be_named() -> None:
    bare = TrustRules(OutboundRules(), "")
    with pytest.raises(InvalidRequest, match="SERVER_HOSTNAME"):
        bare.check([identity()])
    bare.check([identity(audiences=("x",))])
    assert not bare.match([identity()], claims(audiences=frozenset({"", "https://"})))


@given(st.text("ab*", max_size=12), st.text("ab", max_size=12))
def test_patterns_mean_what_they_do_elsewhere(pattern: str, value: str) -> None:
    import re

    expression = ".*".join(map(re.escape, pattern.split("*")))
    assert matches(pattern, value) is (re.fullmatch(expression, value, re.DOTALL) is not None)


def test_no_pattern_takes_long() -> None:
    began = time.perf_counter()
    assert not matches("*a" * 500 + "b", "a" * 100_000)
    assert time.perf_counter() - began < 1
