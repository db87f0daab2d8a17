"""``charthouse charts serve``: a directory of packages as a registry that nobody pushes to."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from charthouse.cli.children import ChildProcess, orders_of
from charthouse.cli.kit import explained
from charthouse.cli.options import load_settings
from charthouse.cli.serve import claimed, run
from charthouse.config.settings import Settings
from charthouse.model.names import parse_namespace

from .watching import Orders, follow, look

if TYPE_CHECKING:
    from .watching import Files


@click.command("serve")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--name", default="local", show_default=True, help="What the repository is called.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8879, show_default=True, help="Port to listen on.")
@click.option(
    "--tls",
    type=click.Choice(["off", "auto"]),
    default="off",
    show_default=True,
    help="auto: make a certificate of a new local authority; the start tells where it lies.",
)
def serve_charts(directory: Path, name: str, host: str, port: int, tls: str) -> None:
    """Serve a directory of packages, as a classic repository and as an OCI registry, until interrupted.

    Everybody who reaches the address may read, nobody may push. Packages (.tgz) are found in the directory and
    below it, with their provenance files; no index.yaml is needed. What comes, changes or goes is seen within some
    seconds. Nothing is written to the directory: what the server keeps lies in a temporary one.

    \b
    charthouse charts serve ./packages
    helm repo add local http://127.0.0.1:8879/charts/local
    helm pull oci://127.0.0.1:8879/local/hello --version 0.1.0 --plain-http
    """
    directory = directory.absolute()
    with explained():
        parse_namespace(name)
    with claimed(host, port), tempfile.TemporaryDirectory(prefix="charthouse-") as kept:
        settings = _settings(Path(kept) / "data")
        taken = _take(settings, directory, name)
        orders = Orders(settings, str(directory), name, taken)
        beside = ChildProcess("charthouse.cli.charts.watching", orders_of(orders), "the directory's watcher")
        greeting = partial(_greeting, directory, name)
        run(_closed(settings), host, port, tls, beside=beside, greeting=greeting)


def _settings(data: Path) -> Settings:
    """Return the settings of a registry that a directory is taken into: what is pushed is public."""
    return load_settings(data, None, create_private=False, user_initialize=False, workers=1)


def _closed(settings: Settings) -> Settings:
    """Return the settings of its server, which changes nothing."""
    repositories = msgspec.structs.replace(settings.repositories, state="readonly")
    return msgspec.structs.replace(settings, repositories=repositories)


def _take(settings: Settings, directory: Path, name: str) -> Files:
    """Take in what is there, before the first answer; returns what it was."""
    from charthouse.compose import opened, prepare

    async def take() -> Files:
        async with opened(settings) as registry:
            await registry.users.create_user(name, secrets.token_urlsafe(24), "")
            seen = look(directory)
            await follow(registry, directory, name)
            return seen

    with explained():
        prepare(settings)
        return asyncio.run(take())


def _greeting(directory: Path, name: str, settings: Settings, address: str) -> str:
    """Return what a start tells: where the repository is, and how Helm gets there."""
    host = address.partition("://")[2]
    certificate = settings.data / "tls" / "ca.crt"
    plain = address.startswith("http:")
    classic, oci = ("", " --plain-http") if plain else (f" --ca-file {certificate}",) * 2
    return "\n".join(
        [
            f"Charthouse serves {directory} at {address}",
            f"  helm repo add {name} {address}/charts/{name}{classic}",
            f"  helm pull oci://{host}/{name}/CHART --version VERSION{oci}",
        ]
    )
