"""A config.yaml as keys with their values and the lines they stand on."""

from __future__ import annotations

from pathlib import Path

import yaml

from .entries import Entry, Mistake


def read_document(path: Path) -> tuple[dict[str, Entry], list[Mistake]]:
    """Return the entries of a YAML file, and what is wrong with its form.

    Messages name lines and never show what stands on them. Raises OSError and UnicodeDecodeError.
    """
    content = path.read_text("utf-8")
    try:
        return _read(yaml.SafeLoader(content), path.name)
    except yaml.MarkedYAMLError as error:
        line = "?" if error.problem_mark is None else error.problem_mark.line + 1
        return {}, [Mistake(f"{path.name}:{line}", f"not YAML: {error.problem}")]
    except yaml.YAMLError:
        return {}, [Mistake(path.name, "not YAML: it holds characters that YAML does not allow")]


def _read(loader: yaml.SafeLoader, name: str) -> tuple[dict[str, Entry], list[Mistake]]:
    node = loader.get_single_node()
    if node is None or node.tag == "tag:yaml.org,2002:null":
        return {}, []
    if not isinstance(node, yaml.MappingNode):
        return {}, [Mistake(f"{name}:{node.start_mark.line + 1}", "expected KEY: value on each line")]
    entries: dict[str, Entry] = {}
    mistakes: list[Mistake] = []
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        place = f"{name}:{key_node.start_mark.line + 1}"
        if key in entries:
            mistakes.append(Mistake(place, f"{key} stands twice, first at {entries[key].place}"))
            continue
        entries[key] = Entry(loader.construct_object(value_node, deep=True), place)
    return entries, mistakes
