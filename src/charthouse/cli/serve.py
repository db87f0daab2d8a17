"""``charthouse serve``: the supervisor of server processes, and the jobs beside them."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from charthouse.config.settings import Settings

from .kit import explained
from .options import load_settings, store_options
from .process import (
    end_with_supervisor,
    forget_signals_in_children,
    limit_arenas,
    raise_descriptor_limit,
)

if TYPE_CHECKING:
    from charthouse.api.kit.front import Front

    from .children import ChildProcess

DRAIN_SECONDS = 30
CONNECTIONS = 4096  # a server process, at 20 KB each while they are idle; the next ones wait
HEADERS_SIZE = 64 * 1024  # bytes of a request's headers, unpacked: HTTP/2 packs 16 MB into 4 KB


@click.command()
@store_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, help="Port to listen on.")
@click.option(
    "--tls",
    type=click.Choice(["off", "auto"]),
    default="off",
    show_default=True,
    help="auto: make a local CA and a certificate, write DATA/tls/ca.crt.",
)
@click.option("--workers", type=click.IntRange(0, 64), help="Server processes (0: one a core, at most 4).")
def serve(data: Path, host: str, port: int, config: Path | None, tls: str, workers: int | None) -> None:
    """Serve the registry until interrupted.

    Without --config everything lies under --data: SQLite, blobs, keys. The start tells how to make the first
    user and push the first chart.
    """
    settings = load_settings(data, config, workers=workers)
    with claimed(host, port):
        run(settings, host, port, tls)


def run(
    settings: Settings,
    host: str,
    port: int,
    tls: str,
    *,
    beside: ChildProcess | None = None,
    greeting: Callable[[Settings, str], str] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then let requests under way end.

    ``beside`` is the process that works beside the servers, else that of the background jobs; ``greeting`` makes what
    a start tells of the settings and the address.
    """
    from granian.constants import HTTPModes, Interfaces, Loops, SSLProtocols
    from granian.http import HTTP2Settings
    from granian.log import LogLevels
    from granian.server import Server

    from charthouse.compose import prepare, server, warn_of_inert

    from .worker import jobs_of

    limit_arenas()
    forget_signals_in_children()
    warn_of_inert(settings)
    with explained():
        certificate = prepare(settings, host) if tls == "auto" else prepare(settings)
    supervisor = Server(
        "charthouse",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=settings.workers or min(os.cpu_count() or 1, 4),
        loop=Loops.uvloop,
        # Granian waits for ever for the first byte of a connection that may be either.
        http=HTTPModes.auto if certificate else HTTPModes.http1,
        http2_settings=HTTP2Settings(keep_alive_interval=30_000, max_headers_size=HEADERS_SIZE),
        websockets=False,
        backpressure=min(CONNECTIONS, raise_descriptor_limit() // 4),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=DRAIN_SECONDS,
        ssl_cert=certificate.chain if certificate else None,
        ssl_key=certificate.key if certificate else None,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    address = f"{'https' if certificate else 'http'}://{host}:{port}"
    supervisor.on_startup(lambda: click.echo((greeting or welcome)(settings, address)))
    if settings.database.startswith("sqlite:"):  # else `charthouse worker` runs beside the servers
        child = beside or jobs_of(settings)
        supervisor.on_startup(child.start)
        supervisor.on_shutdown(child.stop)

    def server_process() -> Front:
        end_with_supervisor(DRAIN_SECONDS)
        return server(settings)

    supervisor.serve(target_loader=server_process, wrap_loader=False)


@contextmanager
def claimed(host: str, port: int) -> Iterator[None]:
    """Hold the address while the block runs; raises ClickException when another server has it.

    Server processes share a port (SO_REUSEPORT), strangers must not, nor two servers that start at once. So a
    socket is bound alone, and only then lets this user's others in, which look for its claim first.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as claim:
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # ended connections don't count
        try:
            claim.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port"
            ) from None
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield


def welcome(settings: Settings, address: str) -> str:
    """Return what a start tells: the address, and the first steps while they can be taken over HTTP."""
    host = address.partition("://")[2]
    lines = [f"Charthouse serves {address}  (data: {settings.data.resolve()})"]
    if settings.user_initialize:
        plain = " --plain-http" if address.startswith("http:") else f" --ca-file {settings.data}/tls/ca.crt"
        ca = "" if address.startswith("http:") else f" --cacert {settings.data}/tls/ca.crt"
        lines += [
            "",
            f"Open {address} in a browser to make the first user, or send (from elsewhere with the set-up token below):",
            f"  curl{ca} -X POST {address}/api/v1/user/initialize -H 'Content-Type: application/json' \\",
            '    -d \'{"username":"admin","password":"<8 or more characters>","email":"","access_token":true}\'',
            "Push the first chart:",
            f"  helm registry login {host} --username admin{plain}",
            f"  helm create hello && helm package hello && helm push hello-0.1.0.tgz oci://{host}/admin{plain}",
        ]
        if settings.set_up_token_made:
            lines.append(f"Set-up token: {settings.set_up_token}")
        elif settings.set_up_token:
            lines.append("Set-up token: the one that the configuration gives")
    return "\n".join(lines)
