"""``charthouse charts lint``: packages, directories and addresses; what counts, and what the exit status says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from charthouse.cli.charts import charts
from tests.support.classic import classic_repository
from tests.support.packages import chart_yaml, package

from .test_sources import oci


def lint(*arguments: str | Path, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(charts, ["lint", *map(str, arguments)], env=environment)


def rules(result: Result) -> list[str]:
    [chart] = found(result)
    return [finding["rule"] for finding in chart["findings"]]


def found(result: Result) -> Sequence[dict[str, Any]]:
    report: dict[str, Any] = json.loads(result.stdout)
    charts: list[dict[str, Any]] = report["charts"]
    return charts


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    """A chart with warnings and no errors."""
    path = tmp_path / "web-1.0.0.tgz"
    path.write_bytes(package("web", "1.0.0", {"values.yaml": b"a: 1\n"}))
    return path


def test_warnings_count_when_asked_to(untidy: Path) -> None:
    easy = lint(untidy)
    assert easy.exit_code == 0
    assert "warning  readme-missing" in easy.stdout
    strict = lint("--strict", untidy)
    assert (strict.exit_code, strict.stdout.splitlines()[-1]) == (3, "1 chart examined, 1 unfit")
    warned = {one["rule"] for one in found(lint(untidy, "--output", "json"))[0]["findings"]}
    assert lint("--strict", *[f"--exempt={rule}" for rule in warned], untidy).exit_code == 0


def test_errors_count(tmp_path: Path) -> None:
    (tmp_path / "no.tgz").write_bytes(b"nothing")
    result = lint(tmp_path / "no.tgz")
    assert result.exit_code == 3
    assert "error    gzip" in result.stdout


def test_a_charts_directory(tmp_path: Path) -> None:
    chart = tmp_path / "somewhere"
    (chart / "templates").mkdir(parents=True)
    (chart / ".git").mkdir()
    (chart / ".git" / "large").write_bytes(bytes(1000))
    (chart / "Chart.yaml").write_bytes(chart_yaml("web", "1.0.0", "description: x"))
    (chart / "templates" / "a.yaml").write_text("kind: A\n")
    (chart / "README.md").symlink_to("/etc/passwd")
    result = lint(chart, "--output", "json")
    assert result.exit_code == 0
    assert (found(result)[0]["name"], found(result)[0]["version"]) == ("web", "1.0.0")
    assert "readme-missing" in rules(result)
    assert "directory" not in rules(result)


def test_a_directory_of_packages(tmp_path: Path, untidy: Path) -> None:
    (tmp_path / "api-2.0.0.tgz").write_bytes(package("api", "2.0.0"))
    names = [chart["name"] for chart in found(lint(tmp_path, "--output", "json"))]
    assert names == ["api", "web"]
    (tmp_path / "empty").mkdir()
    assert lint(tmp_path / "empty").exit_code == 1


async def test_an_address_in_a_registry(untidy: Path) -> None:
    async with classic_repository() as registry:
        oci(registry, untidy.read_bytes())
        address = f"oci://127.0.0.1:{registry.port}/acme/web:1.0.0"
        result = await asyncio.to_thread(lint, address, "--plain-http", "--output", "json")
    assert result.exit_code == 0
    assert found(result)[0]["chart"] == address
    assert "readme-missing" in rules(result)


def test_what_cannot_be_fetched(tmp_path: Path) -> None:
    for chart in (tmp_path / "missing.tgz", "oci://127.0.0.1:1/acme/web:1.0.0", "oci://nothing"):
        assert lint(chart).exit_code == 1
    assert lint().exit_code == 2


def test_unknown_rules_are_errors(untidy: Path) -> None:
    result = lint("--exempt", "no-such-rule", untidy)
    assert result.exit_code == 1
    assert "no-such-rule" in result.stderr
    assert "icon-missing" in lint("--rules").stdout


def test_a_strangers_words_do_not_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "web-1.0.0.tgz"
    path.write_bytes(package("web", "1.0.0", None, 'home: "\\e[31mred"', 'description: "a\\u202eb"'))
    result = lint(path)
    assert "address" in result.stdout
    assert all(character.isprintable() for line in result.stdout.splitlines() for character in line)


def test_a_bomb_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "web-1.0.0.tgz"
    path.write_bytes(package("web", "1.0.0", {"values.yaml": bytes(200 * 1024 * 1024)}))
    assert lint(path).exit_code == 3
