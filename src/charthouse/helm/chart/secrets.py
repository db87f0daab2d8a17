"""Secrets that were left in a chart. What is told never holds the secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from .facts import Problem, Text
from .values import dotted

_MOST = 50
_LONGEST_PATH = 1000
_TOKENS = re.compile(
    r"(?P<private_key>-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----)"
    r"|(?P<aws_key>\b(?:AKIA|ASIA)[0-9A-Z]{16}\b)"
    r"|(?P<github_token>\bgh[opsur]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{50,90})"
    r"|(?P<gitlab_token>\bglpat-[A-Za-z0-9_-]{20})"
    r"|(?P<slack_token>\bxox[abeprs]-[A-Za-z0-9-]{20,80})"
    r"|(?P<google_key>\bAIza[A-Za-z0-9_-]{35})"
    r"|(?P<stripe_key>\b[rs]k_live_[A-Za-z0-9]{20,60})"
    r"|(?P<npm_token>\bnpm_[A-Za-z0-9]{36})"
    r"|(?P<pypi_token>\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50})"
    r"|(?P<json_web_token>(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{15,400}\.eyJ[A-Za-z0-9_-]{15,2000}\.[A-Za-z0-9_-]{20,700})"
)
_MARKS = (
    "PRIVATE KEY",
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xox",
    "AIza",
    "k_live_",
    "npm_",
    "pypi-",
    "eyJ",
)
_NAMES = {
    "private_key": "a private key",
    "aws_key": "an AWS access key",
    "github_token": "a GitHub token",
    "gitlab_token": "a GitLab token",
    "slack_token": "a Slack token",
    "google_key": "a Google API key",
    "stripe_key": "a Stripe key",
    "npm_token": "an npm token",
    "pypi_token": "a PyPI token",
    "json_web_token": "a JSON Web Token",
}
_SECRET_KEY = re.compile(
    r"(?:.*[^a-z])?(?:password|passwd|passphrase|pwd|token|api_?key|access_?key|secret_?key|private_?key|credentials?)"
    r"|(?:.*[^a-z])?(?:client|app|shared|consumer|webhook|oauth|cookie|session|jwt|hmac|auth)_?secret|secret"
)
_REFERENCE = re.compile(r"(?:.*_)?existing_.*")  # names something that is elsewhere
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-.]")
_EMPTY = re.compile(r"\s*(?:<[^<>]*>|\$\{[^{}]*\}|\$\([^()]*\)|\{\{.*\}\}|[*x.]*)\s*", re.DOTALL)


def in_texts(texts: Iterable[Text]) -> Iterator[Problem]:
    """Yield keys and tokens that are known by their form."""
    told = 0
    for text in texts:
        if not any(mark in text.text for mark in _MARKS):
            continue  # looking for each alone is a hundred times quicker than the expression
        for match in _TOKENS.finditer(text.text):
            line = text.text.count("\n", 0, match.start()) + 1
            name = _NAMES[match.lastgroup or ""]
            yield Problem(
                "secret-token", "error", f"holds {name} in line {line}; take it out and revoke it", text.path
            )
            told += 1
            if told >= _MOST:
                return


def in_values(values: Any) -> Iterator[Problem]:
    """Yield settings that are called like secrets and have a default."""
    for told, path in enumerate(_settings(values, ())):
        if told >= _MOST:
            return
        problem = "has a default although it is a secret; leave it empty, or everybody who installs the chart shares it"
        yield Problem("secret-value", "warning", problem, f"values.yaml: {dotted(path)[:_LONGEST_PATH]}")


def _settings(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str):
                words = _HUMPS.sub("_", key[:200]).lower()
                if (
                    _SECRET_KEY.fullmatch(words)
                    and not _REFERENCE.fullmatch(words)
                    and not _EMPTY.fullmatch(item[:500])
                ):
                    yield (*path, key)
            else:
                yield from _settings(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _settings(item, (*path, str(number)))
