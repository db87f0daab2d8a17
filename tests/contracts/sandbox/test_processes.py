"""What the sandbox of processes promises beyond the contract: nothing gets out, nothing stays, nothing hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import uvloop

from charthouse.engines.sandbox.children import Orders
from charthouse.engines.sandbox.processes import MIB, ProcessSandbox, SandboxRules
from charthouse.ports.sandbox import Crashed, OverBudget

from .conftest import ORDERS, SECONDS

PID = b"str(__import__('os').getpid()).encode()"
FOREVER = b"any(iter(int, 1))"


async def pid_of(sandbox: ProcessSandbox) -> int:
    return int(await sandbox.run(PID, SECONDS))


def gone(pid: int) -> bool:
    """Tell whether a process has ended, whether or not somebody has asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while not gone(pid):
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.01)


async def test_starts_nothing_before_it_is_asked(processes: ProcessSandbox) -> None:
    own = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    before = own.read_text()
    sandbox = ProcessSandbox(ORDERS, SandboxRules())
    assert own.read_text() == before
    await sandbox.close()


async def test_keeps_its_child_warm(processes: ProcessSandbox) -> None:
    assert await pid_of(processes) == await pid_of(processes)


async def test_kills_an_infinite_loop(processes: ProcessSandbox) -> None:
    child = await pid_of(processes)
    began = time.monotonic()
    with pytest.raises(OverBudget, match=r"longer than 0\.4 seconds"):
        await processes.run(FOREVER, 0.4)
    assert time.monotonic() - began < 2
    await asyncio.to_thread(wait_until_gone, child)
    assert await pid_of(processes) != child


async def test_the_kernel_counts_too(processes: ProcessSandbox) -> None:
    """The limit on processor time holds when nobody watches the clock."""
    soft = await processes.run(b"str(__import__('resource').getrlimit(0)[0]).encode()", 3)
    assert 4 <= int(soft) <= 6
    with pytest.raises(OverBudget, match="processor"):
        await processes.run(b"__import__('resource').setrlimit(0, (1, -1)) or any(iter(int, 1))", SECONDS)


async def test_refuses_a_hog_of_memory(processes: ProcessSandbox) -> None:
    with pytest.raises(OverBudget, match="memory"):
        await processes.run(b"[bytes(1 << 20) for _ in range(1000)]", SECONDS)


@pytest.mark.parametrize(
    "crash", [b"__import__('os')._exit(7)", b"__import__('ctypes').string_at(0)", b"exit()"]
)
async def test_survives_a_crash(processes: ProcessSandbox, crash: bytes) -> None:
    with pytest.raises(Crashed, match="ended"):
        await processes.run(crash, SECONDS)
    assert await processes.run(b"b'next'", SECONDS) == b"next"


async def test_replaces_a_child_that_ended_while_it_waited(processes: ProcessSandbox) -> None:
    child = await pid_of(processes)
    os.kill(child, signal.SIGKILL)
    await asyncio.to_thread(wait_until_gone, child)
    assert await pid_of(processes) != child


async def test_refuses_an_endless_answer() -> None:
    sandbox = ProcessSandbox(ORDERS, SandboxRules(longest_answer=1000))
    with pytest.raises(OverBudget, match="more than 1000 bytes"):
        await sandbox.run(b"bytes(1001)", SECONDS)
    assert await sandbox.run(b"bytes(1000)", SECONDS) == bytes(1000)
    await sandbox.close()


async def test_what_is_no_answer_is_a_crash(processes: ProcessSandbox) -> None:
    with pytest.raises(Crashed):
        await processes.run(b"7", SECONDS)


async def test_says_what_keeps_it_from_starting() -> None:
    sandbox = ProcessSandbox(Orders(function="builtins:nothing", memory=MIB, readable=()), SandboxRules())
    with pytest.raises(Crashed, match="nothing"):
        await sandbox.run(b"", SECONDS)
    await sandbox.close()


async def test_runs_as_many_as_it_may_at_once_and_refuses_who_would_wait_too_long() -> None:
    sandbox = ProcessSandbox(ORDERS, SandboxRules(children=2, waiting=1))
    loops = [asyncio.create_task(sandbox.run(FOREVER, 1.5)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(OverBudget, match="too many"):
        await sandbox.run(b"b''", SECONDS)
    ends = await asyncio.gather(*loops, return_exceptions=True)
    assert all(isinstance(end, OverBudget) for end in ends)
    assert await sandbox.run(b"b'next'", SECONDS) == b"next"
    await sandbox.close()


async def test_one_who_gives_up_leaves_no_answer_to_the_next(processes: ProcessSandbox) -> None:
    await pid_of(processes)
    task = asyncio.create_task(processes.run(b"__import__('time').sleep(0.2) or b'late'", SECONDS))
    await asyncio.sleep(0.05)
    task.cancel()
    assert await processes.run(b"b'mine'", SECONDS) == b"mine"


async def test_replaces_a_child_that_grew_or_grew_old() -> None:
    sandbox = ProcessSandbox(ORDERS, SandboxRules(children=1, requests=3, growth=32 * MIB))
    pids = [await pid_of(sandbox) for _ in range(6)]
    assert len(set(pids[:3])) == len(set(pids[3:])) == 1
    assert pids[0] != pids[3]
    fourth = await pid_of(sandbox)
    await sandbox.run(b"__import__('sys').modules.setdefault('kept', b'x' * (64 << 20)) and b''", SECONDS)
    assert await pid_of(sandbox) != fourth
    await sandbox.close()


async def test_ends_a_child_without_work() -> None:
    sandbox = ProcessSandbox(ORDERS, SandboxRules(idle_seconds=0.05))
    child = await pid_of(sandbox)
    await asyncio.to_thread(wait_until_gone, child)
    assert await pid_of(sandbox) != child
    await sandbox.close()


async def test_closing_ends_what_works_and_what_waits() -> None:
    sandbox = ProcessSandbox(ORDERS, SandboxRules(children=1))
    child = await pid_of(sandbox)
    tasks = [asyncio.create_task(sandbox.run(FOREVER, SECONDS)) for _ in range(2)]
    await asyncio.sleep(0.1)
    await sandbox.close()
    assert gone(child)
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, Crashed) for end in ends)


async def test_writes_no_file(processes: ProcessSandbox, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_bytes(b"kept")
    for mode in ("wb", "ab", "r+b"):
        with pytest.raises(Crashed, match=r"PermissionError|OSError"):
            await processes.run(f"[open({str(there)!r}, {mode!r}, 0).write(b'x')]".encode(), SECONDS)
    for work in (f"open({str(tmp_path / 'new')!r}, 'wb')", f"__import__('os').remove({str(there)!r})"):
        with pytest.raises(Crashed, match="PermissionError"):
            await processes.run(work.encode(), SECONDS)
    assert there.read_bytes() == b"kept"
    assert list(tmp_path.iterdir()) == [there]


async def test_reads_only_what_it_is_given(tmp_path: Path) -> None:
    given, other = tmp_path / "given" / "package", tmp_path / "secret"
    given.parent.mkdir()
    given.write_bytes(b"package")
    other.write_bytes(b"key")
    sandbox = ProcessSandbox(
        Orders(function="builtins:eval", memory=256 * MIB, readable=(str(given.parent),)), SandboxRules()
    )
    assert await sandbox.run(f"open({str(given)!r}, 'rb').read()".encode(), SECONDS) == b"package"
    with pytest.raises(Crashed, match="PermissionError"):
        await sandbox.run(f"open({str(other)!r}, 'rb').read()".encode(), SECONDS)
    await sandbox.close()


async def test_reaches_no_network_and_no_program(processes: ProcessSandbox) -> None:
    with pytest.raises(Crashed, match="PermissionError"):
        await processes.run(b"__import__('socket').create_connection(('127.0.0.1', 9))", SECONDS)
    with pytest.raises(Crashed, match="PermissionError"):
        await processes.run(b"__import__('os').execv('/bin/true', ['true'])", SECONDS)
    with pytest.raises(Crashed, match="PermissionError"):
        await processes.run(b"__import__('os').kill(%d, 0)" % os.getpid(), SECONDS)


async def test_inherits_nothing(monkeypatch: pytest.MonkeyPatch, processes: ProcessSandbox) -> None:
    monkeypatch.setenv("A_SECRET", "value")
    inherited = os.dup2(2, 25, inheritable=True)
    seen = await processes.run(b"str(dict(__import__('os').environ)).encode()", SECONDS)
    assert b"SECRET" not in seen
    with pytest.raises(Crashed, match="Bad file descriptor"):
        await processes.run(b"__import__('os').fstat(%d)" % inherited, SECONDS)
    os.close(inherited)
    assert await processes.run(b"__import__('os').getcwd().encode()", SECONDS) == b"/"


SERVER = """
import asyncio, sys
from charthouse.engines.sandbox.children import Orders
from charthouse.engines.sandbox.processes import ProcessSandbox, SandboxRules

async def main():
    sandbox = ProcessSandbox(Orders(function="builtins:eval", memory=1 << 28, readable=()), SandboxRules())
    print((await sandbox.run(b"str(__import__('os').getpid()).encode()", 20)).decode(), flush=True)
    if sys.argv[1] == "busy":
        await sandbox.run(b"any(iter(int, 1))", 60)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("state", ["busy", "idle"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_ends_with_its_server(state: str, number: signal.Signals) -> None:
    """However it ends, and whatever the child is doing."""
    command = [sys.executable, "-c", SERVER, state]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        child = int(server.stdout.readline())
        assert not gone(child)
        server.send_signal(number)
    wait_until_gone(child)


async def test_signals_meant_for_the_server_leave_it_alone(processes: ProcessSandbox) -> None:
    """A group's SIGTERM reaches the child too, and the server still answers what is under way."""
    child = await pid_of(processes)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(child, number)
    assert await pid_of(processes) == child


def test_under_the_loop_of_servers() -> None:
    async def ask() -> None:
        sandbox = ProcessSandbox(ORDERS, SandboxRules())
        large = b"x" * 3_000_000
        assert await sandbox.run(b"'" + large + b"'.encode()", SECONDS) == large
        with pytest.raises(OverBudget):
            await sandbox.run(FOREVER, 0.3)
        with pytest.raises(Crashed):
            await sandbox.run(b"__import__('os')._exit(1)", SECONDS)
        assert await sandbox.run(b"b'next'", SECONDS) == b"next"
        working = asyncio.create_task(sandbox.run(FOREVER, SECONDS))
        await asyncio.sleep(0.1)
        await sandbox.close()
        with pytest.raises(Crashed):
            await working

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(ask())
