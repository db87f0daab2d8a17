"""A chart's directory as the package that ``helm package`` would make of it, as far as reading it needs."""

from __future__ import annotations

import io
import os
import re
import stat
import tarfile
from pathlib import Path

from charthouse.ports.chart_sources import SourceFailed

_LARGEST = 100 * 1024 * 1024
_MOST = 20_000
_HEAD = 64 * 1024
_NAME = re.compile(rb"^name:[ \t]*[\"']?([A-Za-z0-9._-]+)", re.MULTILINE)


def is_chart(directory: Path) -> bool:
    """Tell whether a directory is a chart's."""
    return (directory / "Chart.yaml").is_file()


def packed(directory: Path) -> bytes:
    """Return a package of all regular files below ``directory``; hidden directories and links stay out.

    Raises SourceFailed for more than a chart may have.
    """
    content = io.BytesIO()
    name = _name(directory)
    room, count = _LARGEST, 0
    with tarfile.open(fileobj=content, mode="w:gz", compresslevel=1) as archive:
        for path in _files(directory):
            count += 1
            entry = tarfile.TarInfo(f"{name}/{path.relative_to(directory).as_posix()}")
            entry.size = path.stat().st_size
            room -= entry.size
            if room < 0 or count > _MOST:
                raise SourceFailed(
                    f"{directory} has more than {_MOST} files or {_LARGEST} bytes: is it a chart?"
                )
            with path.open("rb") as file:
                archive.addfile(entry, file)
    return content.getvalue()


def _name(directory: Path) -> str:
    """Return the directory's name in the package, which is the chart's; reading Chart.yaml is not done here."""
    with (directory / "Chart.yaml").open("rb") as file:
        match = _NAME.search(file.read(_HEAD))
    return match[1].decode() if match else directory.resolve().name


def _files(directory: Path) -> list[Path]:
    found = []
    for place, below, names in os.walk(directory):
        below[:] = sorted(name for name in below if not name.startswith("."))
        found += [Path(place, name) for name in sorted(names)]
    return [path for path in found if stat.S_ISREG(path.lstat().st_mode)]
