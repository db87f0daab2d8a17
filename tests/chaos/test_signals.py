"""A server process that is told to stop before it knows how ends at once: it has none of its supervisor's handlers."""

from __future__ import annotations

import subprocess
import sys

import pytest

SUPERVISOR = """
import multiprocessing, os, signal, sys, time
from charthouse.cli.process import forget_signals_in_children

def start(ready):
    ready.set()
    time.sleep(60)  # imports, as it were

forget_signals_in_children()
number = signal.Signals[sys.argv[1]]
noted = []
signal.signal(number, lambda *_: noted.append(os.getpid()))
fork = multiprocessing.get_context("fork")
ready = fork.Event()
child = fork.Process(target=start, args=(ready,))
child.start()
ready.wait(30)
os.kill(child.pid, number)
child.join(30)
os.kill(os.getpid(), number)
print(child.exitcode == -number, noted == [os.getpid()])
"""


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_children_do_not_inherit_what_the_supervisor_does_on_a_signal(number: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SUPERVISOR, number], capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("True True", 0), done.stderr
