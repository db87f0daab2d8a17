"""The code flow by a client library that nobody here wrote (authlib), against a real server, over real HTTP."""

from __future__ import annotations

import html
import re
import secrets
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from email.message import Message
from hashlib import sha256
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.common.security import generate_token  # type: ignore[import-untyped]
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]

from tests.support.forms import Page
from tests.support.server import Answer, Server

CALLBACK = "https://ci.example.com/callback"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Person:
    """Somebody with a browser: cookies, forms, and no redirect followed."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _NoRedirect(), urllib.request.ProxyHandler({})
        )

    def send(self, method: str, url: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request; refusals and redirects are answers too."""
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - http by construction
        try:
            with self._opener.open(request, timeout=30) as response:
                return Answer(response.status, _lower(response.headers), response.read())
        except HTTPError as refusal:
            return Answer(refusal.code, _lower(refusal.headers), refusal.read())

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form as a page of the registry does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.server.url}
        return self.send("POST", self.server.url + path, urlencode(fields).encode(), **headers)

    def sign_in(self, name: str, password: str, path: str = "/signin") -> Answer:
        """Fill in the form."""
        form = Page(self.send("GET", self.server.url + path).body.decode())
        answer = self.post("/signin", form.fields | {"username": name, "password": password})
        assert answer.status in {200, 303}, answer.body
        return answer

    def agree(self, url: str) -> str:
        """Open an authorization address and press the button; returns where the browser is sent."""
        page = self.send("GET", url)
        if page.status == 302:
            return page.headers["location"]
        assert page.status == 200, page.body
        form = Page(page.body.decode())
        answer = self.post(form.actions[0], form.fields)
        assert answer.status == 302, answer.body
        return answer.headers["location"]


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@dataclass
class Place:
    """An application of an organization of its own, and the browser of its user."""

    server: Server
    organization: str
    app: dict[str, str]
    person: Person

    def client(self, **more: Any) -> OAuth2Session:
        options = {"redirect_uri": CALLBACK, "scope": "repo:read user:read", "code_challenge_method": "S256"}
        return OAuth2Session(self.app["client_id"], self.app["client_secret"], **options | more)

    @property
    def authorize(self) -> str:
        return f"{self.server.url}/oauth/authorize"

    @property
    def exchange(self) -> str:
        return f"{self.server.url}/oauth/access_token"


@pytest.fixture
def place(server: Server) -> Place:
    name = f"client-{secrets.token_hex(4)}"
    server.create_organization(name)
    new = {"name": "CI", "redirect_uri": CALLBACK}
    app = server.api("POST", f"/api/v1/organization/{name}/applications", new, server.admin)
    person = Person(server)
    person.sign_in(server.admin.name, server.admin.password)
    return Place(server, name, app, person)


def test_somebody_who_has_yet_to_sign_in(place: Place) -> None:
    """From the application to the registry, by the form to the question, and back to the application."""
    visitor = Person(place.server)
    verifier = generate_token(64)
    with place.client() as client:
        url, state = client.create_authorization_url(place.authorize, code_verifier=verifier)
        refused = visitor.send("GET", url)
        assert refused.status == 401
        [link] = re.findall(r'href="([^"]+)"', refused.body.decode())
        admin = place.server.admin
        signed_in = visitor.sign_in(admin.name, admin.password, html.unescape(link))
        back = signed_in.headers["refresh"].removeprefix("0;url=")
        assert place.server.url + back == url
        arrived = visitor.agree(place.server.url + back)
        token = client.fetch_token(
            place.exchange, authorization_response=arrived, state=state, code_verifier=verifier
        )
        assert token["token_type"] == "Bearer"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_the_code_flow_with_pkce(place: Place, method: str) -> None:
    verifier = generate_token(64)
    with place.client(token_endpoint_auth_method=method) as client:
        url, state = client.create_authorization_url(place.authorize, code_verifier=verifier)
        arrived = place.person.agree(url)
        token = client.fetch_token(
            place.exchange, authorization_response=arrived, state=state, code_verifier=verifier
        )
        assert (token["token_type"], token["expires_in"]) == ("Bearer", 315_576_000)
        found = client.get(f"{place.server.url}/api/v1/user/")
        assert (found.status_code, found.json()["username"]) == (200, place.server.admin.name)
        assert client.post(f"{place.server.url}/api/v1/organization/", json={"name": "x"}).status_code == 403


def test_a_used_code_and_a_wrong_verifier(place: Place) -> None:
    verifier = generate_token(64)
    with place.client() as client:
        url, state = client.create_authorization_url(place.authorize, code_verifier=verifier)
        arrived = place.person.agree(url)
        first = client.fetch_token(
            place.exchange, authorization_response=arrived, state=state, code_verifier=verifier
        )
        with pytest.raises(AuthlibBaseError, match="invalid_grant"):
            client.fetch_token(
                place.exchange, authorization_response=arrived, state=state, code_verifier=verifier
            )
        revoked = {"Authorization": f"Bearer {first['access_token']}"}
        assert place.server.request("GET", "/api/v1/user/", None, revoked).status == 401
        url, state = client.create_authorization_url(place.authorize, code_verifier=verifier)
        arrived = place.person.agree(url)
        with pytest.raises(AuthlibBaseError, match="invalid_grant"):
            client.fetch_token(
                place.exchange, authorization_response=arrived, state=state, code_verifier=generate_token(64)
            )


def test_the_implicit_flow(place: Place) -> None:
    with place.client() as client:
        url, state = client.create_authorization_url(place.authorize, response_type="token")
        arrived = place.person.agree(url)
        token = client.token_from_fragment(arrived, state=state)
        assert client.get(f"{place.server.url}/api/v1/user/").status_code == 200
        assert re.fullmatch(r"[A-Z0-9]{40}", token["access_token"])


def test_a_state_that_does_not_fit(place: Place) -> None:
    """The client's own guard against forged answers works with what we send back."""
    verifier = generate_token(64)
    with place.client() as client:
        url, _ = client.create_authorization_url(place.authorize, code_verifier=verifier)
        arrived = place.person.agree(url)
        with pytest.raises(AuthlibBaseError, match="state"):
            client.fetch_token(
                place.exchange, authorization_response=arrived, state="other", code_verifier=verifier
            )


def test_a_granted_token_at_the_registry(place: Place) -> None:
    verifier = generate_token(64)
    with place.client(scope="repo:create repo:write") as client:
        url, state = client.create_authorization_url(place.authorize, code_verifier=verifier)
        arrived = place.person.agree(url)
        token = client.fetch_token(
            place.exchange, authorization_response=arrived, state=state, code_verifier=verifier
        )["access_token"]
    basic = {"Authorization": "Basic " + b64encode(f"$oauthtoken:{token}".encode()).decode()}
    pushed = f"/v2/{place.organization}/made/blobs/uploads/?digest=sha256:" + sha256(b"layer").hexdigest()
    assert place.server.request("POST", pushed, b"layer", basic).status == 201
    listed = place.person.send("GET", f"{place.server.url}/api/v1/user/authorizations").json()
    [granted] = [
        one
        for one in listed["authorizations"]
        if one["application"]["name"] == "CI"
        and one["application"]["organization"]["name"] == place.organization
    ]
    csrf = place.person.send("GET", f"{place.server.url}/csrf_token").json()["csrf_token"]
    address = f"{place.server.url}/api/v1/user/authorizations/{granted['uuid']}"
    assert place.person.send("DELETE", address, **{"X-CSRF-Token": csrf}).status == 204
    assert place.server.request("POST", pushed, b"layer", basic).status == 401


def test_nothing_secret_is_logged(place: Place) -> None:
    verifier = generate_token(64)
    with place.client() as client:
        url, state = client.create_authorization_url(place.authorize, code_verifier=verifier)
        arrived = place.person.agree(url)
        token = client.fetch_token(
            place.exchange, authorization_response=arrived, state=state, code_verifier=verifier
        )
    log = place.server.log.read_text()
    code = re.findall(r"[?&]code=([A-Z0-9]{40})", arrived)[0]
    for secret in (code, token["access_token"], place.app["client_secret"], verifier):
        assert secret not in log
