"""``charthouse admin``: users and organizations, made beside a live server by the same services."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click

from charthouse.config.settings import Settings
from charthouse.services.identity.users import FIRST_USER_SCOPES, FIRST_USER_TOKEN_SECONDS, Users

from .kit import explained
from .options import load_settings, output_option, store_options


@click.group()
def admin() -> None:
    """Make users and organizations, reset passwords; the server may run or not."""


@admin.command("create-user")
@click.argument("name")
@click.option("--email", default="", help="The user's e-mail address.")
@click.option("--superuser", is_flag=True, help="Make the user a superuser.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)
@click.option(
    "--access-token",
    is_flag=True,
    help=f"Also make an access token for /api/v1, good for {FIRST_USER_TOKEN_SECONDS} seconds.",
)
@output_option
@store_options
def create_user(
    name: str,
    email: str,
    superuser: bool,
    password_stdin: bool,
    access_token: bool,
    output: str,
    data: Path,
    config: Path | None,
) -> None:
    """Make a user called NAME."""
    settings = load_settings(data, config)
    password = _password(password_stdin)

    async def create(users: Users) -> dict[str, Any]:
        account = await users.create_user(name, password, email, superuser)
        made: dict[str, Any] = {"username": account.name, "email": account.email, "superuser": superuser}
        if access_token:
            made["access_token"] = await users.issue_access_token(
                account, "automation", FIRST_USER_SCOPES, FIRST_USER_TOKEN_SECONDS
            )
        return made

    made = _run(settings, create)
    lines = [f"Created the user {name}."]
    if access_token:
        lines.append(f"Access token: {made['access_token']}")
    _answer(output, made, lines)


@admin.command("reset-password")
@click.argument("name")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)
@output_option
@store_options
def reset_password(name: str, password_stdin: bool, output: str, data: Path, config: Path | None) -> None:
    """Give the user NAME a new password; sessions and registry tokens of the old one end."""
    settings = load_settings(data, config)
    password = _password(password_stdin)

    async def reset(users: Users) -> dict[str, Any]:
        account = await users.user(name)
        if account is None:
            raise click.ClickException(f"there is no user {name}")
        await users.set_password(account, password)
        return {"username": name}

    _answer(output, _run(settings, reset), [f"The user {name} has a new password."])


@admin.command("create-organization")
@click.argument("name")
@click.option("--owner", required=True, help="The user who administers it.")
@click.option("--email", default="", help="The organization's e-mail address.")
@output_option
@store_options
def create_organization(
    name: str, owner: str, email: str, output: str, data: Path, config: Path | None
) -> None:
    """Make an organization called NAME."""

    async def create(users: Users) -> dict[str, Any]:
        account = await users.user(owner)
        if account is None:
            raise click.ClickException(f"there is no user {owner}")
        organization = await users.create_organization(name, email, account)
        return {"name": organization.name, "email": organization.email, "owner": owner}

    made = _run(load_settings(data, config), create)
    _answer(output, made, [f"Created the organization {name}, administered by {owner}."])


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    prompted: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return prompted


def _run(settings: Settings, work: Callable[[Users], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    from charthouse.compose import opened, prepare

    async def run() -> dict[str, Any]:
        async with opened(settings) as registry:
            return await work(registry.users)

    with explained():
        prepare(settings)
        return asyncio.run(run())


def _answer(output: str, made: dict[str, Any], lines: list[str]) -> None:
    click.echo(json.dumps(made) if output == "json" else "\n".join(lines))
