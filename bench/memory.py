"""Resident memory of a server and its children, as the kernel counts it (/proc/PID/status, VmHWM)."""

from __future__ import annotations

from pathlib import Path


def processes(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in processes(int(child)))]


def forget_peaks(pid: int) -> None:
    """Begin to count peaks anew."""
    for process in processes(pid):
        Path(f"/proc/{process}/clear_refs").write_text("5")


def peaks(pid: int) -> list[int]:
    """Return the peak of each process in bytes, the parent's first."""
    return [_peak(process) for process in processes(pid)]


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kib = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kib) * 1024
