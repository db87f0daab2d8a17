"""GnuPG, as people make keys and sign with it: a key ring of its own, and an agent that ends with it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.shell import Shell
from tests.support.tools import tool

_QUIET = ("--batch", "--yes", "--quiet", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "")


class Gpg:
    """Keys without a passphrase in one home. ``at`` (``20240131T120000``) is when a command believes to be run."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._shell = Shell(home, GNUPGHOME=str(home))

    def run(self, *arguments: str, stdin: str = "", at: str = "") -> str:
        """Run a command."""
        clock = ("--faked-system-time", at) if at else ()
        return self._shell.run(tool("gpg"), *_QUIET, *clock, *arguments, stdin=stdin).stdout

    def key(
        self, name: str, *, kind: str = "ed25519", usage: str = "sign", expires: str = "never", at: str = ""
    ) -> str:
        """Make a key of ``NAME <name@example.com>``; returns its fingerprint."""
        self.run("--quick-gen-key", f"{name} <{name.lower()}@example.com>", kind, usage, expires, at=at)
        return self.fingerprints(name)[0]

    def fingerprints(self, name: str) -> list[str]:
        """Return the fingerprints of a key and its subkeys."""
        listed = self.run("--with-colons", "--list-keys", f"{name.lower()}@example.com").splitlines()
        return [line.split(":")[9] for line in listed if line.startswith("fpr:")]

    def sign(self, text: str, *names: str, at: str = "", digest: str = "SHA512") -> bytes:
        """Return a text that these have clear-signed."""
        users = [argument for name in names for argument in ("--local-user", f"{name.lower()}@example.com")]
        return self.run("--digest-algo", digest, *users, "--clearsign", stdin=text, at=at).encode()

    def edit(self, name: str, *words: str) -> None:
        """Change a key, answering what is asked."""
        answers = "".join(f"{word}\n" for word in words)
        self.run("--command-fd", "0", "--edit-key", f"{name.lower()}@example.com", stdin=answers)

    def revoke(self, fingerprint: str) -> None:
        """Revoke a key by the certificate that was made with it."""
        written = (self.home / "openpgp-revocs.d" / f"{fingerprint}.rev").read_text()
        self.run("--import", stdin=written.replace(":-----BEGIN", "-----BEGIN"))

    def armored(self, *names: str) -> bytes:
        """Return public keys as they are sent by mail."""
        return self.run("--armor", "--export", *(f"{name.lower()}@example.com" for name in names)).encode()

    def write(self, path: Path, *, secret: bool = False) -> Path:
        """Write all keys as binary key ring, which is what Helm reads."""
        self.run("--output", str(path), "--export-secret-keys" if secret else "--export")
        return path


@contextmanager
def gnupg() -> Iterator[Gpg]:
    """Yield a GnuPG without keys. Its home has a short name: the socket of its agent lies there."""
    home = Path(tempfile.mkdtemp(prefix="gpg-"))
    shell = Shell(home, GNUPGHOME=str(home))
    try:
        yield Gpg(home)
    finally:
        shell.run("gpgconf", "--kill", "all")
        shutil.rmtree(home, ignore_errors=True)
