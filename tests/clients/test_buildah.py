"""buildah: an image built from nothing, pushed and pulled, without a container engine."""

from __future__ import annotations

import secrets

from tests.support.server import Server
from tests.support.shell import Shell
from tests.support.tools import tool


def test_what_is_built_and_pushed_is_pulled(server: Server, shell: Shell, repository: str) -> None:
    storage = (
        "--storage-driver",
        "vfs",
        "--root",
        str(shell.home / "root"),
        "--runroot",
        str(shell.home / "run"),
    )

    def buildah(verb: str, *arguments: str, stdin: str = "") -> str:
        return shell.run(tool("buildah"), *storage, verb, *arguments, stdin=stdin).stdout.strip()

    login = ("--tls-verify=false", "--username", server.admin.name, "--password-stdin", server.host)
    buildah("login", *login, stdin=server.admin.password)
    cargo = secrets.token_hex(20_000)
    (shell.home / "cargo").write_text(cargo)
    (shell.home / "Containerfile").write_text("FROM scratch\nCOPY cargo /cargo\n")
    reference = f"{repository}:1"
    built = buildah("build", "--isolation", "chroot", "--quiet", "--tag", reference, ".")
    buildah("push", "--tls-verify=false", reference)
    buildah("rmi", "--all")
    assert buildah("pull", "--quiet", "--tls-verify=false", reference) == built
    container = buildah("from", "--pull-never", reference)
    mounted = buildah("mount", container)
    assert (shell.home / mounted / "cargo").read_text() == cargo
    buildah("rm", "--all")
