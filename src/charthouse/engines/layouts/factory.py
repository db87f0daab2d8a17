"""From a path to a layout: names that end in ``.tar`` are archives, all others directories."""

from __future__ import annotations

from pathlib import Path

from charthouse.ports.layouts import LayoutReader, LayoutWriter

from .archive import ArchiveReader, ArchiveWriter
from .directory import Directory


def layout_to_read(path: Path) -> LayoutReader:
    """Return the layout at ``path``, not opened yet; here what lies there decides, not its name."""
    return Directory(path, writable=False) if path.is_dir() else ArchiveReader(path)


def layout_to_write(path: Path) -> LayoutWriter:
    """Return the layout to make at ``path``, not opened yet."""
    return ArchiveWriter(path) if path.suffix == ".tar" else Directory(path, writable=True)


def repository_to_write(path: Path) -> LayoutWriter:
    """Return the static chart repository to make in the directory ``path``, not opened yet."""
    return Directory(path, writable=True, mark="index.yaml", kind="chart repository")
