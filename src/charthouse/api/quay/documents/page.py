"""The OpenAPI document as one page to read: no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from html import escape

from .openapi import Document

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
summary { cursor: pointer; padding: .25rem 0; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: #8881; overflow-x: auto; padding: .5rem; }
nav a { margin-right: 1rem; }
dt { font-weight: 600; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd; } a { color: #8bf; } }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
"""The page's Content-Security-Policy: its own style and nothing else."""


def page(document: Document) -> str:
    """Return the page."""
    info = document["info"]
    return "".join(
        (
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n',
            '<meta name="viewport" content="width=device-width">\n',
            f"<title>{escape(info['title'])} API</title>\n<style>{_STYLE}</style>\n",
            f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>\n<p>{escape(info['description'])}</p>\n",
            '<p><a href="openapi.json">OpenAPI 3.1</a> · <a href="discovery">Swagger 2.0</a></p>\n',
            *_areas(document),
            "</html>\n",
        )
    )


def _areas(document: Document) -> Iterator[str]:
    names = [tag["name"] for tag in document["tags"]]
    yield "<nav>" + "".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in names) + "</nav>\n"
    for name in names:
        yield f'<h2 id="{escape(name)}">{escape(name)}</h2>\n'
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if name in operation["tags"]:
                    yield _operation(method, path, operation)


def _operation(method: str, path: str, operation: Document) -> str:
    facts = [("operation", operation["operationId"]), ("needs", operation["x-permission"])]
    scopes = [scope for way in operation["security"] for scope in way.get("oauth2_implicit", ())]
    if scopes:
        facts.append(("scope", " ".join(scopes)))
    told = "".join(f"<dt>{escape(name)}</dt><dd><code>{escape(value)}</code></dd>" for name, value in facts)
    body = "".join(_json("Body", part.get("schema")) for part in _contents(operation.get("requestBody", {})))
    answers = "".join(
        _json(f"Answer {status}", part.get("schema"))
        for status, answer in operation["responses"].items()
        if status != "default"
        for part in _contents(answer)
    )
    return (
        f"<details><summary><code>{method.upper()} {escape(path)}</code> {escape(operation['summary'])}</summary>"
        f"<dl>{told}{''.join(map(_parameter, operation['parameters']))}</dl>{body}{answers}</details>\n"
    )


def _contents(of: Document) -> list[Document]:
    return list(of.get("content", {}).values())


def _parameter(parameter: Document) -> str:
    where = escape(f"{parameter['name']} ({parameter['in']})")
    return f"<dt>{where}</dt><dd>{escape(parameter.get('description', ''))}</dd>"


def _json(title: str, schema: Document | None) -> str:
    if not schema:
        return ""
    name = schema.get("$ref", "").rpartition("/")[2]
    shown = name or json.dumps(schema, indent=2)
    return f"<p>{escape(title)}</p><pre>{escape(shown)}</pre>"
