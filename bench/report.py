"""What a run found: medians, ratios and peak memory, as a Markdown table and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tools.install import table

from .rows import Row


@dataclass(frozen=True)
class Found:
    """A measured row: the values of each round and the peak memory in bytes (all processes), by side."""

    row: Row
    values: dict[str, list[float]]
    memory: dict[str, int]

    @property
    def figure(self) -> float:
        """Return what the goal is held against: a ratio of medians, or the one median."""
        first, *others = (median(values) for values in self.values.values())
        return first / others[0] if others else first

    @property
    def met(self) -> bool:
        """Return whether the goal is met."""
        return self.figure >= self.row.goal if self._grows else self.figure <= self.row.goal

    @property
    def _grows(self) -> bool:
        """Return whether more is better."""
        return len(self.values) > 1 or self.row.rate

    def line(self) -> str:
        """Return the row of the table."""
        measured = "; ".join(f"{name} {_number(median(values))}" for name, values in self.values.items())
        memory = "; ".join(f"{peak / 1e6:.0f}" for peak in self.memory.values())
        compared = len(self.values) > 1
        figure = f"**{self.figure:.2f} ×**" if compared else f"**{_number(self.figure)}**"
        sign = "≥" if self._grows else "≤"
        goal = f"{sign} {self.row.goal} ×" if compared else f"{sign} {self.row.goal:,} {self.row.unit}"
        verdict = "met" if self.met else "missed"
        return f"| {self.row.work} | {measured} {self.row.unit} | {figure} | {goal} | {verdict} | {memory} |"


def markdown(found: Sequence[Found], rounds: int, seconds: float) -> str:
    """Return the table, with what it was measured on."""
    peers = table()["go"]["distribution"]["version"]
    return "\n".join(
        [
            f"{os.cpu_count()} cores, Python {platform.python_version()}, distribution {peers}; medians of {rounds} "
            f"interleaved rounds of {seconds:g} s. Client and servers share the cores: only ratios tell something.",
            "",
            "| work | median | ratio | goal | | peak memory, MB |",
            "|---|---|---|---|---|---|",
            *(one.line() for one in found),
        ]
    )


def as_json(found: Sequence[Found]) -> str:
    """Return everything that was measured."""
    return json.dumps(
        [
            {"row": one.row.key, "unit": one.row.unit, "values": one.values, "memory": one.memory}
            | {"figure": one.figure, "goal": one.row.goal, "met": one.met}
            for one in found
        ],
        indent=2,
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
