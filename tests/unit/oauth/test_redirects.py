"""Redirect URIs: what may be registered, and which ones a registered one lets through."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.model.errors import InvalidRequest
from charthouse.services.oauth.redirects import (
    check_redirect,
    form_source,
    is_registered,
    with_fragment,
    with_query,
)

REGISTERED = "https://ci.example.com/callback"


@pytest.mark.parametrize(
    "uri",
    [
        REGISTERED,
        "https://ci.example.com",
        "https://ci.example.com:8443/a/b?c=d",
        "http://127.0.0.1/cb",
        "http://[::1]:1234/cb",
        "com.example.app:/callback",
        "https://ci.example.com/%C3%BC",
    ],
)
def test_what_may_be_registered(uri: str) -> None:
    check_redirect(uri)
    assert is_registered(uri, uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "callback",
        "//ci.example.com/callback",
        "/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "urn:ietf:wg:oauth:2.0:oob",
        "https:///callback",
        "https://",
        "https://user@ci.example.com/",
        "https://user:pw@ci.example.com/",
        "https://ci.example.com/#fragment",
        "https://ci.example.com/#",
        "https://ci.example.com:0x50/",
        "https://ci.example.com:99999/",
        "https://ci.example.com:/",
        "https://ci.example.com\\@evil.example.org/",
        "https://ci.example.com/call back",
        "https://ci.example.com/\r\nLocation: x",
        "https://ci.example.com/\0",
        "https://ci.exämple.com/",
        "https://ci.example.com/ü",
        "https://ci.example.com/%zz",
        "https://ci.example.com/a//b",
        "https://ci.example.com/a/../b",
        "https://ci.example.com/a/%2e%2e/b",
        "https://ci.example.com/a/.",
        "https://ci.example.com/a%2fb",
        "https://ci.example.com/a%5cb",
        "https://[::1/",
        "https://" + "a" * 2048,
    ],
)
def test_what_may_not(uri: str) -> None:
    with pytest.raises(InvalidRequest):
        check_redirect(uri)
    assert not is_registered(uri, uri)
    assert not is_registered(REGISTERED, uri)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        (REGISTERED, REGISTERED + "/github"),
        (REGISTERED, REGISTERED + "/a/b"),
        (REGISTERED + "/", REGISTERED + "/a"),
        ("https://ci.example.com", "https://ci.example.com/callback"),
        ("https://ci.example.com/", "https://ci.example.com/callback"),
        ("https://ci.example.com/cb?tenant=1", "https://ci.example.com/cb?tenant=1"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"),
        ("http://127.0.0.1:80/cb", "http://127.0.0.1:49152/cb"),
        ("http://[::1]/cb", "http://[::1]:49152/cb"),
    ],
)
def test_what_a_registered_one_lets_through(registered: str, asked: str) -> None:
    assert is_registered(registered, asked)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("", ""),
        ("", REGISTERED),
        (REGISTERED, ""),
        (REGISTERED, "https://ci.example.com/callbackdoor"),
        (REGISTERED, "https://ci.example.com/"),
        (REGISTERED, "https://ci.example.com/CALLBACK"),
        (REGISTERED, "https://CI.example.com/callback"),
        (REGISTERED, "HTTPS://ci.example.com/callback"),
        (REGISTERED, "http://ci.example.com/callback"),
        (REGISTERED, "https://ci.example.com:443/callback"),
        (REGISTERED, "https://ci.example.com:8443/callback"),
        (REGISTERED, "https://ci.example.com./callback"),
        (REGISTERED, "https://evil.example.org/callback"),
        (REGISTERED, "https://ci.example.com@evil.example.org/callback"),
        (REGISTERED, "https://ci.example.com/callback@evil.example.org/../"),
        (REGISTERED, "https://ci.example.com/callback/../admin"),
        (REGISTERED, "https://ci.example.com/callback/%2e%2e/admin"),
        (REGISTERED, "https://ci.example.com/callback//evil.example.org"),
        (REGISTERED, "https://ci.example.com/callback?next=https://evil.example.org"),
        (REGISTERED, "https://ci.example.com/callback#"),
        ("https://ci.example.com", "https://ci.example.com.evil.example.org/"),
        ("https://ci.example.com", "https://ci.example.comevil.org/"),
        ("https://ci.example.com/cb?tenant=1", "https://ci.example.com/cb?tenant=12"),
        ("https://ci.example.com/cb?tenant=1", "https://ci.example.com/cb/x?tenant=1"),
        ("https://ci.example.com/cb?tenant=1", "https://ci.example.com/cb"),
        ("http://localhost/cb", "http://localhost:49152/cb"),
        ("https://127.0.0.1/cb", "https://127.0.0.1:49152/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.2:49152/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example.org/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:49152/other"),
        ("com.example.app:/cb", "com.example.app:/cb/x"),
        ("com.example.app:/cb", "com.example.apps:/cb"),
    ],
)
def test_what_it_keeps_out(registered: str, asked: str) -> None:
    assert not is_registered(registered, asked)


@given(st.text(max_size=40))
def test_nothing_that_is_added_leaves_the_host(tail: str) -> None:
    asked = "https://ci.example.com/callback" + tail
    if is_registered(REGISTERED, asked):
        assert urlsplit(asked).netloc == "ci.example.com"
        assert urlsplit(asked).path == "/callback" or urlsplit(asked).path.startswith("/callback/")


@given(st.text(max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    assert is_registered(REGISTERED, text) is (text == REGISTERED or text.startswith(REGISTERED + "/"))


def test_answers_keep_what_the_uri_has() -> None:
    uri = "https://ci.example.com/cb?tenant=1"
    answered = with_query(uri, {"code": "A&B", "state": "ü #"})
    assert answered.startswith(uri + "&")
    assert parse_qs(urlsplit(answered).query) == {"tenant": ["1"], "code": ["A&B"], "state": ["ü #"]}
    assert with_query(REGISTERED, {"code": "A"}) == REGISTERED + "?code=A"
    assert with_query("com.example.app:/cb", {"code": "A"}) == "com.example.app:/cb?code=A"
    assert with_fragment(REGISTERED, {"access_token": "A", "b": "&"}) == REGISTERED + "#access_token=A&b=%26"


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        (REGISTERED, "https://ci.example.com"),
        ("https://ci.example.com:8443/x", "https://ci.example.com:8443"),
        ("http://[::1]:1234/cb", "http:"),
        ("com.example.app:/cb", "com.example.app:"),
    ],
)
def test_the_policy_names_where_a_form_leads(uri: str, source: str) -> None:
    assert form_source(uri) == source
