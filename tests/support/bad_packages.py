"""Packages that no registry should choke on: broken, huge once they are unpacked, or full of traps."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable

from .packages import chart_yaml, package, tar


def member(entry: tarfile.TarInfo, data: bytes = b"") -> bytes:
    """Return a package with one more entry."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        chart = tarfile.TarInfo("web/Chart.yaml")
        text = chart_yaml("web", "1.0.0")
        chart.size = len(text)
        archive.addfile(chart, io.BytesIO(text))
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return content.getvalue()


def special(kind: bytes, name: str = "web/extra", target: str = "") -> bytes:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return member(entry)


def zeros(size: int) -> bytes:
    """Return a package with a file of zeros, a thousandth of its size."""
    entry = tarfile.TarInfo("web/zeros")
    entry.size = size
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = tar({"web/Chart.yaml": chart_yaml("web", "1.0.0")})[:1024]
    parts = [packing.compress(head + entry.tobuf())]
    block = bytes(1024**2)
    parts += [packing.compress(block) for _ in range(size // len(block))]
    return b"".join([*parts, packing.flush()])


def aliases() -> bytes:
    """Return values.yaml with a billion settings in a few lines."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for one, two in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{two}: &{two} [{', '.join([f'*{one}'] * 10)}]")
    return "\n".join(lines).encode()


BAD: dict[str, Callable[[], bytes]] = {
    "a path out": lambda: member(tarfile.TarInfo("web/../../evil"), b"x"),
    "an absolute path": lambda: member(tarfile.TarInfo("/etc/evil"), b"x"),
    "a drive": lambda: member(tarfile.TarInfo("C:/evil"), b"x"),
    "a link out": lambda: special(tarfile.SYMTYPE, target="/etc/passwd"),
    "a hard link out": lambda: special(tarfile.LNKTYPE, target="../../etc/passwd"),
    "a device": lambda: special(tarfile.CHRTYPE),
    "a pipe": lambda: special(tarfile.FIFOTYPE),
    "a name twice": lambda: member(tarfile.TarInfo("web/Chart.yaml"), chart_yaml("web", "2.0.0")),
    "a gigabyte of zeros": lambda: zeros(1024**3),
    "a million files": lambda: gzip.compress(
        b"".join(tarfile.TarInfo(f"web/{number}").tobuf() for number in range(100_000)), 1
    ),
    "aliases in Chart.yaml": lambda: package("web", "1.0.0", {}, *aliases().decode().splitlines()),
    "a Chart.yaml of 50 MB": lambda: package("web", "1.0.0", {}, "#" * 50_000_000),
    "a cut gzip": lambda: package("web", "1.0.0")[:-20],
    "no gzip": lambda: b"this is no package",
    "nothing": lambda: b"\n",
    "no tar": lambda: gzip.compress(b"x" * 2000),
    "UTF-16": lambda: gzip.compress(
        tar({"web/Chart.yaml": chart_yaml("web", "1.0.0").decode().encode("utf-16")})
    ),
    "no Chart.yaml": lambda: gzip.compress(tar({"web/values.yaml": b"a: 1"})),
    "no version": lambda: gzip.compress(tar({"web/Chart.yaml": b"apiVersion: v2\nname: web\n"})),
    "a version that is none": lambda: package("web", "one"),
    "a name with a path": lambda: gzip.compress(tar({"web/Chart.yaml": chart_yaml("../web", "1.0.0")})),
    "deep YAML": lambda: package("web", "1.0.0", {}, "annotations: " + "[" * 100_000),
}
