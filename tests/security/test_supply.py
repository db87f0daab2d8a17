"""What must stand nowhere in the source: code that runs data, passwords that everybody knows, checks turned off."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "charthouse"

_MODULES = {
    "pickle",
    "_pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "jsonpickle",
    "marshal",
    "shelve",
    "code",
    "imp",
}
"""They turn bytes into running code (CVE-2026-32590)."""
_CALLS = {
    *("eval", "exec", "compile", "os.system", "os.popen", "yaml.load", "yaml.full_load", "yaml.unsafe_load"),
    *("tempfile.mktemp", "ssl._create_unverified_context", "extractall", "logging.config.listen"),
}
_OPTIONS = {"shell": True, "verify": False, "check_hostname": False, "verify_signature": False}
_PASSWORD = re.compile(r"pass(word|wd)?$|secret|token$|_key$", re.IGNORECASE)
_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}")


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_nothing_runs_data() -> None:
    found = []
    for path, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found += [f"{path}: {a.name}" for a in node.names if a.name.partition(".")[0] in _MODULES]
            elif isinstance(node, ast.ImportFrom):
                found += (
                    [f"{path}: {node.module}"] if (node.module or "").partition(".")[0] in _MODULES else []
                )
            elif isinstance(node, ast.Call):
                name = _name(node.func)
                found += (
                    [f"{path}: {name}"] if name in _CALLS or name.rpartition(".")[2] == "extractall" else []
                )
                found += [
                    f"{path}: {name}({keyword.arg})"
                    for keyword in node.keywords
                    if keyword.arg in _OPTIONS
                    and isinstance(keyword.value, ast.Constant)
                    and keyword.value.value is _OPTIONS[keyword.arg]
                ]
    assert found == []


def test_no_password_or_secret_has_a_default() -> None:
    """CVE-2026-4404: a name that is a password's or a secret's stands for "" or for nothing."""
    found = []
    for path, tree in _trees():
        for node in ast.walk(tree):
            pairs: list[tuple[str, ast.expr | None]] = []
            if isinstance(node, ast.Assign):
                pairs = [(_name(target), node.value) for target in node.targets]
            elif isinstance(node, ast.AnnAssign):
                pairs = [(_name(node.target), node.value)]
            elif isinstance(node, ast.keyword):
                pairs = [(node.arg or "", node.value)]
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                arguments = [*node.args.posonlyargs, *node.args.args]
                pairs = [
                    (a.arg, d) for a, d in zip(arguments[::-1], node.args.defaults[::-1], strict=False)
                ] + [(a.arg, d) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
            found += [
                f"{path}: {name} = {value.value!r}"
                for name, value in pairs
                if _PASSWORD.search(name)
                and isinstance(value, ast.Constant)
                and isinstance(value.value, str | bytes)
                and value.value
                and not str(value.value).startswith("/")  # addresses of the API
                and value.value != name.lower()  # a word of a protocol, as in response_type=token
            ]
    assert found == []


def test_no_key_is_kept_in_the_tree() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    found = []
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and path != Path(__file__):
            found += [name] if _KEY.search(path.read_bytes().decode("latin-1")) else []
    assert found == []


def test_a_start_knows_nobody(tmp_path: Path) -> None:
    """A fresh registry has no account that could log in, whatever is tried."""
    from charthouse.config.loader import load

    first, second = (load(data=tmp_path / name, environment={}) for name in ("first", "second"))
    assert first.set_up_token
    assert first.set_up_token != second.set_up_token
    assert len(first.set_up_token) >= 32
    for shown in (repr(first), str(first), f"{first!r:s}", repr(first.storage)):
        assert first.set_up_token not in shown
