"""YAML texts as trees. libyaml parses; the tree is built here from its events, so that depth and expanded aliases are
counted before anything is made of them, and every node knows where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from yaml._yaml import CParser

from .errors import ChartInvalid
from .limits import DEFAULT_LIMITS, Limits

CHARACTERS_A_NODE = (
    64  # a long text weighs as much as that many nodes, or aliases to it could fill the memory
)


class Node:
    """A scalar, mapping or sequence with where it stands (lines and columns count from 0).

    ``value`` is a scalar's text, a mapping's list of (key, value), or a sequence's list.
    """

    __slots__ = (
        "column",
        "end_column",
        "end_line",
        "flow",
        "kind",
        "line",
        "plain",
        "tag",
        "value",
        "weight",
    )

    def __init__(self, kind: str, value: Any, tag: str | None, event: Any) -> None:
        self.kind = kind
        self.value = value
        self.tag = tag
        start, end = event.start_mark, event.end_mark
        self.line: int = start.line
        self.column: int = start.column
        self.end_line: int = end.line
        self.end_column: int = end.column
        self.plain = False
        self.flow = False
        self.weight = 1

    @property
    def is_merge(self) -> bool:
        """Return whether this key is ``<<``."""
        return self.kind == "scalar" and self.plain and self.value == "<<"


class Builder:
    """Makes a tree of libyaml's events and counts on the way."""

    def __init__(self, where: str, limits: Limits = DEFAULT_LIMITS) -> None:
        self._where = where
        self._limits = limits
        self._anchors: dict[str, Node | None] = {}
        self._weight = 0

    def build(self, text: str) -> Node | None:
        """Return the first document's root, or None when there is none. Raises ChartInvalid."""
        with self.events(text) as parser:
            if isinstance(parser.get_event(), yaml.StreamEndEvent):
                return None
            root = self.tree(parser, parser.get_event())
            parser.get_event()  # the document ends, or what follows is an error
            return root

    @contextmanager
    def events(self, text: str) -> Iterator[Any]:
        """Give a parser whose next event is the document's start; what it raises becomes ChartInvalid."""
        parser = None
        try:
            parser = CParser(text)
            parser.get_event()  # the stream begins
            yield parser
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
            raise ChartInvalid("yaml", f"{place}{error.problem or 'is no YAML'}", self._where) from None
        except yaml.YAMLError as error:
            raise ChartInvalid("yaml", " ".join(str(error).split()), self._where) from None
        except UnicodeEncodeError:
            raise ChartInvalid("encoding", "holds characters that UTF-8 cannot", self._where) from None
        finally:
            if parser is not None:
                parser.dispose()

    def tree(self, parser: Any, event: Any) -> Node:
        """Return the node that begins with ``event``. Raises ChartInvalid for what is beyond the limits."""
        open_nodes: list[tuple[Node, str | None, list[Node]]] = []
        next_event = parser.get_event
        while True:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                node = Node("scalar", event.value, event.tag, event)
                node.plain = event.implicit[0]
                node.weight += len(event.value) // CHARACTERS_A_NODE
                self._add(node.weight)
                if event.anchor is not None:
                    self._anchors[event.anchor] = node
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(event, kind, open_nodes)
                event = next_event()
                continue
            elif kind is yaml.AliasEvent:
                node = self._alias(event)
            else:
                node = self._close(event, *open_nodes.pop())
            if not open_nodes:
                return node
            parent, _, children = open_nodes[-1]
            children.append(node)
            parent.weight += node.weight
            event = next_event()

    def _open(self, event: Any, kind: type, open_nodes: list[tuple[Node, str | None, list[Node]]]) -> None:
        if len(open_nodes) >= self._limits.yaml_depth:
            most = self._limits.yaml_depth
            raise self._refusal("yaml-depth", event, f"is nested deeper than {most} levels; flatten it")
        node = Node("mapping" if kind is yaml.MappingStartEvent else "sequence", None, event.tag, event)
        node.flow = bool(event.flow_style)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._add(1)
        open_nodes.append((node, event.anchor, []))

    def _close(self, event: Any, node: Node, anchor: str | None, children: list[Node]) -> Node:
        node.value = (
            list(zip(children[::2], children[1::2], strict=True)) if node.kind == "mapping" else children
        )
        node.end_line, node.end_column = event.end_mark.line, event.end_mark.column
        if anchor is not None:
            self._anchors[anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            raise self._refusal(
                "yaml", event, f"*{event.anchor[:40]} names no anchor; define &{event.anchor[:40]} first"
            )
        node = self._anchors[event.anchor]
        if node is None:
            raise self._refusal("yaml-alias", event, f"*{event.anchor[:40]} contains itself")
        self._add(node.weight)
        return node

    def _add(self, weight: int) -> None:
        self._weight += weight
        if self._weight > self._limits.yaml_nodes:
            problem = f"holds more than {self._limits.yaml_nodes} nodes with its aliases expanded; use fewer aliases"
            raise ChartInvalid("yaml-alias" if self._anchors else "yaml-size", problem, self._where)

    def _refusal(self, rule: str, event: Any, problem: str) -> ChartInvalid:
        return ChartInvalid(rule, f"line {event.start_mark.line + 1}: {problem}", self._where)
