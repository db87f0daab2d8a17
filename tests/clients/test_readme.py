"""The README's own lines, run as they stand there, with each Helm.

A block of shell lines is for every Helm, or for those that its info string names. The lines speak of port 5000, so
they run in a network of their own (loopback alone), where that port is free; processes end with it.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.tools import tool

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh(?P<only>[^\n]*)\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)

PREAMBLE = """\
set -euo pipefail
ip link set lo up
person=$HOME cache=${{XDG_CACHE_HOME:-$HOME/.cache}}
serve() {{  # run the lines that start a server, in the clone; the server before ends
  local -; set +x
  if [ -n "${{server:-}}" ]; then kill "$server"; wait "$server" || true; fi
  (cd {root}; export HOME=$person XDG_CACHE_HOME=$cache; eval "exec $1") >>server.log 2>&1 & server=$!
  for _ in $(seq 300); do
    if (: >/dev/tcp/127.0.0.1/5000) 2>/dev/null; then return; fi
    sleep 0.1
  done
  exit 1
}}
unset "${{!XDG_@}}"
export HOME=$PWD PATH={helm}:$PATH DATA=$PWD/data
set -x
"""


def _script(name: str) -> str:
    lines = []
    for block in BLOCK.finditer((ROOT / "README.md").read_text()):
        if name not in (block["only"].split() or [name]):
            continue
        start = block["lines"].startswith("make run")
        lines.append(f"serve '{block['lines'].strip()}'\n" if start else block["lines"])
    return PREAMBLE.format(root=ROOT, helm=tool(name).parent) + "".join(lines)


@pytest.mark.parametrize("name", ["helm3", "helm4", "helm36"])
def test_the_readme_works_as_it_stands(name: str, tmp_path: Path) -> None:
    private = ["unshare", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"]
    result = subprocess.run(
        [*private, "bash", "-c", _script(name)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert result.returncode == 0, result.stdout + result.stderr + (tmp_path / "server.log").read_text()
