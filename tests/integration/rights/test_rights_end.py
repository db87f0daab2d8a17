"""Every way a right is lost, done at one replica and asked for at another on the same database: it has ended at once.

Before it is lost, each right is used twice there, so that whatever a replica remembers is remembered.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.browser import Browser

from .scene import CALLBACK, OWNER, PASSWORD, Scene, basic, bearer, consented

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANOTHER = "another-horse-battery"


async def _everything_personal(scene: Scene) -> None:
    """Show what a person logs in with: password, tokens of it, a session."""
    await scene.grant()
    await scene.shows_pulls(scene.person, PASSWORD, refresh=True)
    scene.shows_page(await scene.browser(scene.two))


async def _tokens_of_the_person(scene: Scene) -> None:
    """Show what else speaks for a person: application tokens, and what applications were given."""
    browser = await scene.browser(scene.one)
    token = await scene.by(browser, "POST", "user/apptoken", title="laptop")
    await scene.shows_pulls("$app", token["token"]["token_code"])
    await _shows_token(scene, await consented(scene, await _application(scene)))


async def _application(scene: Scene) -> dict[str, Any]:
    path = f"organization/{scene.organization}/applications"
    made: dict[str, Any] = await scene.by(scene.owner, "POST", path, name="ci", redirect_uri=CALLBACK)
    return made


async def _shows_token(scene: Scene, token: str) -> None:
    await scene.shows_pulls("$oauthtoken", token)
    scene.shows("GET", f"/api/v1/repository/{scene.repository}", bearer(token))


# -- people ------------------------------------------------------------------------------------------------


async def test_a_new_password(scene: Scene) -> None:
    await _everything_personal(scene)
    browser = await scene.browser(scene.one)
    await scene.ends_with(scene.by(browser, "PUT", "user/", password=ANOTHER))
    scene.probes.clear()
    await scene.shows_pulls(scene.person, ANOTHER, peer="198.51.100.1")  # where nobody was refused
    scene.shows_page(browser)
    await scene.works()  # who has changed it goes on


async def test_a_superuser_sets_the_password(scene: Scene) -> None:
    await _everything_personal(scene)
    path = f"superuser/users/{scene.person}"
    await scene.ends_with(scene.by(scene.root, "PUT", path, password=ANOTHER))


@pytest.mark.parametrize("way", ["disabled", "deleted", "taken over"])
async def test_a_user_is_no_more(scene: Scene, way: str) -> None:
    await _everything_personal(scene)
    await _tokens_of_the_person(scene)
    if way != "taken over":  # the robots of a namespace stay the namespace's
        browser = await scene.browser(scene.one)
        robot = await scene.by(browser, "PUT", "user/robots/bot", description="")
        scene.shows("GET", "/v2/auth?service=registry.example.com", basic(robot["name"], robot["token"]))
    person = f"superuser/users/{scene.person}"
    method, place, change = {
        "disabled": ("PUT", person, {"enabled": False}),
        "deleted": ("DELETE", person, {}),
        "taken over": ("POST", f"superuser/takeownership/{scene.person}", {}),
    }[way]
    await scene.ends_with(scene.by(scene.root, method, place, **change))


async def test_who_signs_out_is_signed_out_everywhere(scene: Scene) -> None:
    """As in Quay."""
    scene.shows_page(await scene.browser(scene.two))
    same = await scene.browser(scene.one)
    other = Browser(scene.two)
    other.cookies = dict(same.cookies)
    scene.shows_page(other)
    await scene.ends_with(scene.by(same, "POST", "signout"))


async def test_a_session_is_ended_from_another(scene: Scene) -> None:
    ending = await scene.browser(scene.one)
    scene.shows_page(await scene.browser(scene.two))
    listed = (await scene.by(ending, "GET", "user/sessions"))["sessions"]
    [uuid] = [session["uuid"] for session in listed if not session["current"]]
    await scene.ends_with(scene.by(ending, "DELETE", f"user/sessions/{uuid}"))


# -- credentials -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["regenerated", "deleted", "its grant is removed"])
async def test_a_robot(scene: Scene, way: str) -> None:
    path = f"organization/{scene.organization}/robots/bot"
    robot = await scene.by(scene.owner, "PUT", path, description="")
    await scene.grant("read", robot["name"])
    await scene.shows_pulls(robot["name"], robot["token"])
    removed = f"repository/{scene.repository}/permissions/user/{robot['name']}"
    method, place = {
        "regenerated": ("POST", f"{path}/regenerate"),
        "deleted": ("DELETE", path),
        "its grant is removed": ("DELETE", removed),
    }[way]
    await scene.ends_with(scene.by(scene.owner, method, place))


async def test_an_application_token_is_revoked(scene: Scene) -> None:
    await scene.grant()
    browser = await scene.browser(scene.one)
    token = (await scene.by(browser, "POST", "user/apptoken", title="laptop"))["token"]
    await scene.shows_pulls("$app", token["token_code"])
    await scene.ends_with(scene.by(browser, "DELETE", f"user/apptoken/{token['uuid']}"))


@pytest.mark.parametrize("way", ["the token", "the application"])
async def test_an_oauth_token_of_an_administrator(scene: Scene, way: str) -> None:
    one = f"organization/{scene.organization}/applications/{(await _application(scene))['client_id']}"
    token = await scene.by(scene.owner, "POST", f"{one}/tokens", name="ci", scope="repo:read")
    await _shows_token(scene, token["token"])
    place = one if way == "the application" else f"{one}/tokens/{token['uuid']}"
    await scene.ends_with(scene.by(scene.owner, "DELETE", place))


@pytest.mark.parametrize("way", ["the authorization", "the application", "the organization"])
async def test_an_oauth_token_that_a_user_consented_to(scene: Scene, way: str) -> None:
    await scene.grant()
    application = await _application(scene)
    await _shows_token(scene, await consented(scene, application))
    if way == "the authorization":
        browser = await scene.browser(scene.one)
        [one] = (await scene.by(browser, "GET", "user/authorizations"))["authorizations"]
        loss = scene.by(browser, "DELETE", f"user/authorizations/{one['uuid']}")
    else:
        organization = f"organization/{scene.organization}"
        inner = f"/applications/{application['client_id']}" if way == "the application" else ""
        loss = scene.by(scene.owner, "DELETE", f"{organization}{inner}")
    await scene.ends_with(loss)


async def test_other_secrets_of_the_account_go_on(scene: Scene) -> None:
    """What was verified before has to be verified again, which is nothing that its owner notices."""
    await scene.grant("write")
    browser = await scene.browser(scene.one)
    kept, lost = [
        (await scene.by(browser, "POST", "user/apptoken", title=title))["token"] for title in ("a", "b")
    ]
    held = basic(scene.person, PASSWORD), basic("$app", kept["token_code"])
    for known in held:
        for place in (scene.image(), "/v2/", "/v2/_catalog"):
            scene.shows("GET", place, known)
    await scene.works()
    await scene.by(browser, "DELETE", f"user/apptoken/{lost['uuid']}")
    for known in held:
        begun = await scene.two.ask("POST", f"/v2/{scene.repository}/blobs/uploads/", headers=known)
        assert begun.status == 202, begun.body
    await scene.works()


# -- what was granted --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "way", ["removed from the team", "removed from the organization", "the team", "its grant"]
)
async def test_a_right_by_a_team(scene: Scene, way: str) -> None:
    await scene.team(grant="read")
    await scene.shows_pulls(scene.person, PASSWORD)
    one = f"organization/{scene.organization}"
    place = {
        "removed from the team": f"{one}/team/crew/members/{scene.person}",
        "removed from the organization": f"{one}/members/{scene.person}",
        "the team": f"{one}/team/crew",
        "its grant": f"repository/{scene.repository}/permissions/team/crew",
    }[way]
    await scene.ends_with(scene.by(scene.owner, "DELETE", place))


async def test_a_team_administers_no_more(scene: Scene) -> None:
    await scene.team("admin")
    await scene.shows_pulls(scene.person, PASSWORD)
    scene.shows_page(await scene.browser(scene.two), f"organization/{scene.organization}/applications")
    crew = f"organization/{scene.organization}/team/crew"
    await scene.ends_with(scene.by(scene.owner, "PUT", crew, role="member"))


async def test_a_grant_is_removed(scene: Scene) -> None:
    await scene.grant()
    await scene.shows_pulls(scene.person, PASSWORD)
    place = f"repository/{scene.repository}/permissions/user/{scene.person}"
    await scene.ends_with(scene.by(scene.owner, "DELETE", place))


async def test_a_grant_is_lowered(scene: Scene) -> None:
    """What administrates, and what changes nothing when it succeeds again, ends; pulls go on."""
    await scene.grant("admin")
    known = basic(scene.person, PASSWORD)
    scene.shows_page(await scene.browser(scene.two), f"repository/{scene.repository}/permissions/user/")
    await scene.ends_with(scene.grant("write"))
    started = await scene.two.ask("POST", f"/v2/{scene.repository}/blobs/uploads/", headers=known)
    assert started.status == 202
    await scene.grant("read")
    refused = await scene.two.ask("POST", f"/v2/{scene.repository}/blobs/uploads/", headers=known)
    assert refused.status == 403
    upload = "/v2/" + started.headers["location"].partition("/v2/")[2]
    assert (await scene.two.ask("PATCH", upload, headers=known, body=b"x")).status in {401, 403, 404}
    assert (await scene.two.ask("GET", scene.image(), headers=known)).status == 200


async def test_a_repository_becomes_private(scene: Scene) -> None:
    change = f"repository/{scene.repository}/changevisibility"
    await scene.by(scene.owner, "POST", change, visibility="public")
    scene.shows("GET", scene.image(), {})
    scene.shows("GET", f"/api/v1/repository/{scene.repository}", {})
    scope = f"repository:{scene.repository}:pull"
    issued = (await scene.two.ask("GET", f"/v2/auth?service=registry.example.com&scope={scope}")).json()
    scene.shows("GET", scene.image(), bearer(issued["token"]))
    await scene.shows_pulls(scene.person, PASSWORD)
    await scene.ends_with(scene.by(scene.owner, "POST", change, visibility="private"))


@pytest.mark.parametrize("way", ["repository", "organization", "organization by a superuser", "renamed"])
async def test_what_was_pushed_into_is_deleted(scene: Scene, way: str) -> None:
    await scene.grant()
    await scene.shows_pulls(scene.person, PASSWORD)
    await scene.shows_pulls(OWNER, PASSWORD)
    by_superuser = f"superuser/organizations/{scene.organization}"
    match way:
        case "repository":
            loss = scene.by(scene.owner, "DELETE", f"repository/{scene.repository}")
        case "organization":
            loss = scene.by(scene.owner, "DELETE", f"organization/{scene.organization}")
        case "organization by a superuser":
            loss = scene.by(scene.root, "DELETE", by_superuser)
        case _:
            loss = scene.by(scene.root, "PUT", by_superuser, name=f"new{scene.number}")
    await scene.ends_with(loss)
