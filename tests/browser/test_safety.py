"""What keeps every page safe: its headers, addresses without secrets, and forms that only our own pages may send."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from charthouse.api.kit.routes import Route
from charthouse.console.rendering import HEADERS, POLICY
from charthouse.console.routes import ROUTES

from .harbour import Harbour
from .pages import PAGES, Shown
from .walker import Walker

_FORMS = [route for route in ROUTES if route.method == "POST"]
_NAMES = {"repository": "acme/app", "organization": "acme"}


@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_a_page_has_the_headers_and_no_secret_in_an_address(
    shown: Shown, walker: Walker, harbour: Harbour
) -> None:
    page, answer = walker.answer(shown)
    headers = answer.headers
    assert {name: headers.get(name.lower()) for name in HEADERS} == HEADERS
    addresses = [page.url, *_addresses(page)]
    secrets = {cookie["value"] for cookie in page.context.cookies() if "session" in cookie["name"]}
    secrets |= set(page.eval_on_selector_all("[name=_csrf_token]", "all => all.map(one => one.value)"))
    secrets |= {person.password for person in harbour.people.values()}
    assert [address for address in addresses if any(secret in address for secret in secrets if secret)] == []


def test_the_policy_lets_nothing_foreign_in() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in POLICY
    assert not re.search(r"https?:|\*", POLICY)


@pytest.mark.parametrize("form", _FORMS, ids=lambda form: form.operation)
@pytest.mark.parametrize("origin", ["", "https://evil.example.com"], ids=["no-token", "another-site"])
def test_a_form_is_sent_by_our_own_pages(form: Route, origin: str, walker: Walker) -> None:
    page = walker.window("harbourmaster")
    fields: dict[str, str | float | bool] = {}
    headers = {}
    if origin:
        fields["_csrf_token"] = _csrf_token(page)
        headers["Origin"] = origin
    answer = page.request.post(_path(form), form=fields, headers=headers, max_redirects=0)
    assert answer.status == 403
    assert "CSRF" in answer.text()


def _csrf_token(page: Page) -> str:
    page.goto("/-/about")
    return page.locator("[name=_csrf_token]").first.input_value()


def _path(form: Route) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: _NAMES.get(found[1], "v1"), form.template)


def _addresses(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "[href], [src], [action]",
        "all => all.map(one => one.getAttribute('href') ?? one.getAttribute('src') ?? one.getAttribute('action'))",
    )
    return found
