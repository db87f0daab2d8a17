"""A config.yaml as keys with their values and the lines they stand on."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError

from .entries import Entry, Mistake
from .shapes import Path, shown_key


def read_document(path: pathlib.Path) -> tuple[dict[str, Entry], list[Mistake]]:
    """Return the entries of a YAML file, and what is wrong with its form.

    Messages name lines and never show what stands on them. Raises OSError and UnicodeDecodeError.
    """
    content = path.read_text("utf-8")
    try:
        return _read(yaml.SafeLoader(content), path.name)
    except yaml.MarkedYAMLError as error:
        line = 0 if error.problem_mark is None else error.problem_mark.line + 1
        return {}, [Mistake(f"{path.name}:{line or '?'}", f"not YAML: {_problem(error)}", line=line)]
    except yaml.YAMLError:
        return {}, [Mistake(path.name, "not YAML: it holds characters that YAML does not allow")]
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # !!bool perhaps, 2020-13-01
        return {}, [Mistake(path.name, "not YAML: it holds a value that can't be read")]


def _problem(error: yaml.MarkedYAMLError) -> str:
    """Return what is wrong. YAML's own words quote names, which may be a password that begins with ``*`` or ``!``."""
    if isinstance(error, (ComposerError, ConstructorError)):
        return "text that begins with *, & or ! must stand in quotes"
    return (error.problem or "").partition("'")[0].strip().rstrip(",") or "something is out of place"


def _read(loader: yaml.SafeLoader, name: str) -> tuple[dict[str, Entry], list[Mistake]]:
    node = loader.get_single_node()
    if node is None or node.tag == "tag:yaml.org,2002:null":
        return {}, []
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1
        return {}, [Mistake(f"{name}:{line}", "expected KEY: value on each line", line=line)]
    entries: dict[str, Entry] = {}
    mistakes: list[Mistake] = []
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        line = key_node.start_mark.line + 1
        if key in entries:
            message = f"{shown_key(key)} stands twice, first at {entries[key].place}"
            mistakes.append(Mistake(f"{name}:{line}", message, shown_key(key), line))
            continue
        value = loader.construct_object(value_node, deep=True)  # before the walk: it refuses circles
        within: dict[Path, int] = {}
        for path, part in _parts(value_node, ()):
            if path in within:
                message = f"{shown_key(key)}: a field stands twice, first at {name}:{within[path]}"
                mistakes.append(Mistake(f"{name}:{part}", message, shown_key(key), part))
            within.setdefault(path, part)
        entries[key] = Entry(value, f"{name}:{line}", line, within)
    return entries, mistakes


def _parts(node: yaml.Node, above: Path) -> Iterator[tuple[Path, int]]:
    """Yield the places of all that lies within a value, with their lines; a field that comes again too."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, part in node.value:
            yield (*above, name.value), name.start_mark.line + 1
            if name.value not in seen:
                yield from _parts(part, (*above, name.value))
            seen.add(name.value)
    elif isinstance(node, yaml.SequenceNode):
        for place, part in enumerate(node.value):
            yield (*above, place), part.start_mark.line + 1
            yield from _parts(part, (*above, place))
