"""Install the real parts that tests and benchmarks run: ``python3 tools/install.py [NAME …]``.

What they are, and at which version, stands in ``tools.toml``. Go and Node programs and Python packages go to a
cache outside the tree, a directory for each name and version, so a part is built once a machine and a new
version never meets an old one's files. Debian packages are installed by apt-get (as root) and their services are
not started. Only package registries are asked. Runs on Python 3.11 with nothing else installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

ATTEMPTS = 3
"""Times that a build or download is tried, since registries hiccup; what an attempt got is kept for the next."""
SYSTEM_PATH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
"""Where Debian's programs are looked for: a user's PATH may lack sbin."""
POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian asks this program whether a package may start its service."""


@cache
def table() -> dict[str, dict[str, dict[str, str]]]:
    """Return ``tools.toml``: kind, name, fields."""
    return tomllib.loads(Path(__file__).with_name("tools.toml").read_text())


def program(name: str) -> Path:
    """Return where the program ``name`` of the table is, or would be; raises KeyError for an unknown name."""
    kind = next((kind for kind, tools in table().items() if name in tools), None)
    if kind is None:
        raise KeyError(name)
    tool = table()[kind][name]
    if kind == "debian":
        return Path(shutil.which(tool["probe"], path=SYSTEM_PATH) or tool["probe"])
    return home(name, tool) / tool["binary"]


def cache_directory(name: str) -> Path:
    """Return a directory outside the tree for what is worth keeping between runs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "charthouse", name)


def home(name: str, tool: dict[str, str]) -> Path:
    """Return the directory in the cache that holds one version of a program or package."""
    return cache_directory("tools") / f"{name}-{tool['version']}"


def install_go(tool: dict[str, str], target: Path) -> None:
    """Build a Go program into ``target`` with at most two compilers at a time.

    One with ``replace``, be it empty, is built in a module of its own.
    """
    build = ["go", "install", "-p=2", "-trimpath"]
    environment = {**os.environ, "GOBIN": str(target)}
    if "replace" not in tool:
        run([*build, f"{tool['package']}@{tool['version']}"], env=environment)
        return
    with tempfile.TemporaryDirectory() as module:  # `go install package@version` replaces nothing
        wishes = [f"-require={tool['package'].partition('/cmd/')[0]}@{tool['version']}"]
        if tool["replace"]:
            wishes.append(f"-replace={tool['replace']}")
        run(["go", "mod", "init", "tool"], cwd=module)
        run(["go", "mod", "edit", *wishes], cwd=module)
        run([*build, "-mod=mod", tool["package"]], env=environment, cwd=module)


def install_npm(tool: dict[str, str], target: Path) -> None:
    """Install a Node program into ``target`` with what it depends on."""
    run(["npm", "install", "--silent", "--prefix", str(target), f"{tool['package']}@{tool['version']}"])
    source = tool.get("file", f".bin/{tool['binary']}")
    (target / tool["binary"]).symlink_to(Path("node_modules", source))


def install_python(tool: dict[str, str], target: Path) -> None:
    """Unpack a Python package into ``target``, without what it depends on."""
    with tempfile.TemporaryDirectory() as environment:  # Debian's Python has pip in environments only
        run([sys.executable, "-m", "venv", environment])
        pip = [f"{environment}/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--no-deps", "--target", str(target), f"{tool['package']}=={tool['version']}"])


def install_debian(packages: list[str]) -> None:
    """Install Debian packages, without starting their services."""
    if os.geteuid() != 0:
        sys.exit(f"As root, run: apt-get install {' '.join(packages)}")
    run(["apt-get", "update", "-qq"])
    with services_left_alone():
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "install", "-qq", "--no-install-recommends", *packages], env=environment)


@contextmanager
def services_left_alone() -> Iterator[None]:
    """Answer Debian's question whether to start a service with no, unless the machine has its own answer."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def run(command: list[str], *, env: dict[str, str] | None = None, cwd: str | None = None) -> None:
    """Run a command nicely, again when it fails; ends the program with its name when it keeps failing."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(5 * attempt)
        if subprocess.run(["nice", *command], env=env, cwd=cwd, stdout=sys.stderr).returncode == 0:
            return
    sys.exit(f"{' '.join(command)} failed {ATTEMPTS} times: see above")


def install(name: str, tool: dict[str, str], installer: Callable[[dict[str, str], Path], None]) -> None:
    """Install one program of the cache; it is seen there whole, or not at all."""
    final = home(name, tool)
    final.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    print(f"{name} {tool['version']} …", flush=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=final.parent))
    try:
        installer(tool, partial)
        if not final.exists():  # another run may have been as quick
            partial.rename(final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    print(f"{name} {tool['version']} took {time.monotonic() - started:.0f} s", flush=True)


def main(names: list[str]) -> None:
    """Install the parts of those names that are missing, or of all names when none is given."""
    known = {name for tools in table().values() for name in tools}
    if unknown := set(names) - known:
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. Known are {', '.join(sorted(known))}")
    missing = {name for name in names or known if not program(name).exists()}
    if debian := [tool["package"] for name, tool in table()["debian"].items() if name in missing]:
        install_debian(debian)
    for kind, installer in (("npm", install_npm), ("python", install_python), ("go", install_go)):
        for name, tool in table()[kind].items():
            if name in missing:
                install(name, tool, installer)


if __name__ == "__main__":
    main(sys.argv[1:])
