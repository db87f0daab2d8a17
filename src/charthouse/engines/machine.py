"""The machine that a process runs on: how much room its disks have."""

from __future__ import annotations

import shutil
from pathlib import Path

from charthouse.model.errors import StorageFull

GIB = 1024**3


def require_room(path: Path, share: float, least: int) -> None:
    """Raise StorageFull when less than ``share`` of the disk at ``path`` is free, and less than ``least`` bytes.

    Blocks: a disk that hangs holds it up.
    """
    usage = shutil.disk_usage(path)
    if usage.free < least and usage.free < usage.total * share:
        raise StorageFull(f"{usage.free // 1024**2} MiB are free on the disk of the registry's data")
