"""Tokens without the page: clients that bring the user's own password, and offers of administrators."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import urlencode

from charthouse.config.settings import People, Tokens
from tests.support.browser import Browser
from tests.support.quay import quay_api
from tests.support.registry import present
from tests.support.server import Answer

from .oauth_flow import (
    APPLICATIONS,
    CALLBACK,
    FORM,
    PASSWORD,
    Flow,
    flow_of,
    fragment_of,
    is_refusal,
)


async def test_superuser_rights_are_not_offered_where_there_are_none(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), people=People(super_users_enabled=False)) as quay:
        flow = await flow_of(quay)
        assert (await flow.ask(scope="repo:read super:user")).status == 400
        assert (await flow.ask(scope="repo:read")).status == 200


async def test_direct_clients(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present()) as quay:
        flow = await flow_of(quay)
        client_id = flow.app["client_id"]
    tokens = Tokens(oauth_direct_clients=(client_id,))
    async with quay_api(tmp_path / "data", present(), tokens=tokens) as quay:
        olivia = await quay.ask(
            "POST", APPLICATIONS, document={"name": "x", "redirect_uri": CALLBACK}, who="olivia"
        )
        flow.quay = quay

        async def post(secret: str, **more: str) -> Answer:
            fields = flow.fields(response_type="token", **more)
            encoded = base64.b64encode(f"alice:{secret}".encode()).decode()
            headers = {"Content-Type": FORM, "Authorization": f"Basic {encoded}"}
            body = urlencode(fields).encode()
            return await quay.ask("POST", "/oauth/authorizeapp", body=body, headers=headers)

        answer = await post(PASSWORD)
        assert answer.status == 302
        assert await flow.works(fragment_of(answer)["access_token"][0])
        assert (await post("wrong-password")).status == 401
        assert is_refusal(await post(PASSWORD, client_id=olivia.json()["client_id"]))
        assert is_refusal(await post(PASSWORD, redirect_uri="https://evil.example.org/"))


async def test_an_offer(flow: Flow) -> None:
    quay = flow.quay
    await quay.registry.users.create_user("oscar", PASSWORD, "")
    owner = Browser(quay)
    await owner.sign_in("oscar", PASSWORD)
    acme = await quay.organization("globex", "oscar")
    assert acme.name == "globex"
    new = {"name": "Deploy", "redirect_uri": CALLBACK}
    app = (await owner.ask("POST", "/api/v1/organization/globex/applications", document=new)).json()
    fields = flow.fields(response_type="token", client_id=app["client_id"], username="alice", state="")
    target = "/oauth/authorize/assignuser?" + urlencode(fields)
    assert (await owner.ask("POST", target.replace("username=alice", "username=nobody"))).status == 404
    assert (await flow.browser.ask("POST", target)).status == 403
    made = await owner.ask("POST", target)
    assert (made.status, "Token assigned successfully" in made.body.decode()) == (200, True)
    await owner.ask("POST", target)
    address = "/api/v1/user/assignedauthorization"
    [offer] = (await flow.browser.ask("GET", address)).json()["authorizations"]
    assert offer["application"]["name"] == "Deploy"
    assert (offer["redirectUri"], offer["responseType"]) == (CALLBACK, "token")
    assert [scope["scope"] for scope in offer["scopes"]] == ["repo:read", "user:read"]
    assert (await owner.ask("DELETE", f"{address}/{offer['uuid']}")).status == 404
    taken = await flow.consent(
        response_type="token", client_id=app["client_id"], assignment_uuid=offer["uuid"], state=""
    )
    assert await flow.works(fragment_of(taken)["access_token"][0])
    assert (await flow.browser.ask("GET", address)).json() == {"authorizations": []}
    await owner.ask("POST", target)
    [offer] = (await flow.browser.ask("GET", address)).json()["authorizations"]
    assert (await flow.browser.ask("DELETE", f"{address}/{offer['uuid']}")).status == 204
    assert (await flow.browser.ask("DELETE", f"{address}/{offer['uuid']}")).status == 404


async def test_offers_can_be_turned_off(tmp_path: Path) -> None:
    async with quay_api(tmp_path / "data", present(), tokens=Tokens(oauth_assignment=False)) as quay:
        flow = await flow_of(quay)
        assert (await flow.browser.ask("POST", "/oauth/authorize/assignuser")).status == 404
        assert (await flow.browser.ask("GET", "/api/v1/user/assignedauthorization")).status == 404
