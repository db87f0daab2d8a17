"""``python -m bench``: measure, print the table, say which goals were missed."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from .memory import forget_peaks, peaks
from .report import Found, as_json, markdown
from .rows import ROWS, Lab, Row

WARM_UP_SECONDS = 2.0


def measure(row: Row, lab: Lab, rounds: int, seconds: float) -> Found:
    """Measure one row: every side in every round, so that what slows the machine slows all of them."""
    with lab.row:
        sides = row.sides(lab)
        for side in sides:
            side.measure(min(WARM_UP_SECONDS, seconds))
        pids = {side.name: side.pid for side in sides if side.pid is not None}
        for pid in pids.values():
            forget_peaks(pid)
        values: dict[str, list[float]] = {side.name: [] for side in sides}
        for _ in range(rounds):
            for side in sides:
                values[side.name].append(side.measure(seconds))
        return Found(row, values, {name: sum(peaks(pid)) for name, pid in pids.items()})


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rows", nargs="*", choices=[row.key for row in ROWS], help="only these")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of one load")
    parser.add_argument("--json", type=Path, help="also write everything that was measured")
    parser.add_argument("--markdown", type=Path, help="also write the table")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # servers and copies end too
    found = []
    with ExitStack() as run:
        lab = Lab(run)
        for row in ROWS:
            if not arguments.rows or row.key in arguments.rows:
                found.append(measure(row, lab, arguments.rounds, arguments.seconds))
                print(found[-1].line(), file=sys.stderr, flush=True)
    report = markdown(found, arguments.rounds, arguments.seconds)
    print(report)
    if arguments.markdown:
        arguments.markdown.write_text(report + "\n")
    if arguments.json:
        arguments.json.write_text(as_json(found) + "\n")


if __name__ == "__main__":
    main()
