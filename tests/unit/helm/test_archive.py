"""Packages that strangers send: what is no chart is refused by name, in bounded time and memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.helm.chart.archive import open_package
from charthouse.helm.chart.errors import ChartInvalid
from charthouse.helm.chart.limits import Limits
from tests.unit.helm.packages import CHART_YAML, archive, by_tarfile, cost, entry, package

MEBIBYTE = 1024 * 1024
CHART = entry("web/Chart.yaml", CHART_YAML)


def refused(data: bytes, limits: Limits | None = None) -> ChartInvalid:
    with pytest.raises(ChartInvalid) as caught:
        open_package(data, limits or Limits())
    return caught.value


def test_a_package_is_read() -> None:
    read = open_package(package({"values.yaml": b"a: 1\n", "files/data.bin": b"\0" * 2000}))
    assert read.directory == "web"
    assert {file.path: file.size for file in read.files} == {
        "Chart.yaml": len(CHART_YAML),
        "values.yaml": 5,
        "files/data.bin": 2000,
    }
    assert read.data == {"Chart.yaml": CHART_YAML, "values.yaml": b"a: 1\n"}
    assert read.unpacked == len(CHART_YAML) + 2005


def test_digest_and_size_are_those_of_the_whole_package() -> None:
    data = package()
    read = open_package(io.BytesIO(data))
    assert read.digest == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert read.size == len(data)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_format_of_tar_is_read(form: int) -> None:
    long = "web/templates/" + "d" * 90 + "/" + "f" * 90 + ".yaml"
    read = open_package(by_tarfile({"web/Chart.yaml": CHART_YAML, long: b"x"}, form))
    assert read.files[1].path == long.removeprefix("web/")


def test_a_pax_name_may_be_anything_that_can_be_printed() -> None:
    read = open_package(
        by_tarfile({"web/Chart.yaml": CHART_YAML, "web/déjà 차트.txt": b"x"}, tarfile.PAX_FORMAT)
    )
    assert read.files[1].path == "déjà 차트.txt"


def test_several_gzip_members_are_one_package() -> None:
    plain = gzip.decompress(package())
    assert open_package(gzip.compress(plain[:700]) + gzip.compress(plain[700:])).directory == "web"


def test_zeros_that_fill_a_block_are_no_content() -> None:
    assert open_package(package() + b"\0" * 10_000).directory == "web"


def test_a_chart_may_lie_in_the_current_directory() -> None:
    assert (
        open_package(archive(entry("./", kind=tarfile.DIRTYPE), entry("./Chart.yaml", CHART_YAML))).directory
        == "."
    )


@pytest.mark.parametrize(
    ("rule", "where", "data"),
    [
        (
            "archive-link",
            "web/l",
            archive(CHART, entry("web/l", kind=tarfile.SYMTYPE, linkname="/etc/passwd")),
        ),
        (
            "archive-link",
            "web/l",
            archive(CHART, entry("web/l", kind=tarfile.SYMTYPE, linkname="Chart.yaml")),
        ),
        (
            "archive-link",
            "web/l",
            archive(CHART, entry("web/l", kind=tarfile.LNKTYPE, linkname="web/Chart.yaml")),
        ),
        ("archive-device", "web/d", archive(CHART, entry("web/d", kind=tarfile.CHRTYPE))),
        ("archive-device", "web/d", archive(CHART, entry("web/d", kind=tarfile.BLKTYPE))),
        ("archive-device", "web/d", archive(CHART, entry("web/d", kind=tarfile.FIFOTYPE))),
        ("archive-sparse", "web/s", archive(CHART, entry("web/s", kind=tarfile.GNUTYPE_SPARSE))),
        ("archive", "web/x", archive(CHART, entry("web/x", kind=b"Z"))),
        ("archive-path", "/web/x", archive(CHART, entry("/web/x", b"x"))),
        ("archive-path", "web//etc/x", archive(CHART, entry("web//etc/x", b"x"))),
        ("archive-path", "../x", archive(CHART, entry("../x", b"x"))),
        ("archive-path", "web/../../x", archive(CHART, entry("web/../../x", b"x"))),
        ("archive-path", "web/templates/../x", archive(CHART, entry("web/templates/../x", b"x"))),
        ("archive-path", "web/../", archive(CHART, entry("web/..", kind=tarfile.DIRTYPE))),
        ("archive-path", "C:/x", archive(CHART, entry("C:/x", b"x"))),
        ("archive-path", "web/c:/x", archive(CHART, entry("web/c:/x", b"x"))),
        ("archive-path", "README.md", archive(CHART, entry("README.md", b"x"))),
        ("archive-name", "web\\x", archive(CHART, entry("web\\x", b"x"))),
        ("archive-name", "web/a\\x07b", archive(CHART, entry("web/a\x07b", b"x"))),
        ("archive-name", "web/a\\nb", archive(CHART, entry("web/a\nb", b"x"))),
        (
            "archive-duplicate",
            "values.yaml",
            archive(CHART, entry("web/values.yaml"), entry("web/values.yaml")),
        ),
        ("archive-duplicate", "a", archive(CHART, entry("web/a"), entry("web/./a"))),
        ("archive-directories", "db/Chart.yaml", archive(CHART, entry("db/Chart.yaml", CHART_YAML))),
        ("chart-yaml-missing", "", archive(entry("web/values.yaml", b"a: 1"))),
        ("archive-empty", "", archive()),
        ("archive-empty", "", archive(entry("web", kind=tarfile.DIRTYPE))),
        ("chart-yaml-size", "Chart.yaml", package(chart_yaml=b"#" * (MEBIBYTE + 1))),
        ("file-size", "big", archive(CHART, entry("web/big", b"\0" * (5 * MEBIBYTE + 1)))),
        ("archive-trailing", "", archive(CHART, end=b"\0" * 1024 + b"more")),
        ("archive-trailing", "", archive(CHART, end=b"\0" * (2 * MEBIBYTE))),
        ("archive", "", archive(CHART, end=b"\0" * 512 + b"x" * 512)),
        ("archive", "", archive(CHART, b"x" * 512)),
        ("archive", "", archive(CHART, end=b"cut")),
        ("archive", "web/x", archive(CHART, entry("web/x", b"", size=4000)[:512], end=b"y" * 512)),
        ("gzip-trailing", "", package() + b"<html>"),
        ("gzip", "", b""),
        ("gzip", "", b"apiVersion: v2\n"),
        ("gzip", "", gzip.decompress(package())),
        ("gzip", "", b"PK\x03\x04 and so on"),
    ],
)
def test_what_is_no_chart_is_refused(rule: str, where: str, data: bytes) -> None:
    error = refused(data)
    assert (error.rule, error.where) == (rule, where)
    assert len(error.problem) > 10


def test_a_name_that_is_not_utf8_is_refused() -> None:
    header = bytearray(entry("web/aaa", b"x"))
    header[4:7] = b"\xff\xfe\xfd"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header[:512])
    assert refused(archive(CHART, bytes(header))).rule == "archive-name"


@pytest.mark.parametrize("kept", [1, 10, 100, -9, -4, -1])
def test_a_cut_package_says_so(kept: int) -> None:
    data = package({"values.yaml": bytes(range(256)) * 40})
    assert refused(data[:kept]).rule in ("gzip-cut", "gzip")


def test_a_damaged_package_says_so() -> None:
    data = bytearray(package({"values.yaml": bytes(range(256)) * 40}))
    data[-6] ^= 1
    error = refused(bytes(data))
    assert error.rule == "gzip"
    assert "damaged" in error.problem


def test_limits_are_told() -> None:
    many = archive(CHART, *(entry(f"web/f{number}") for number in range(20)))
    assert refused(many, Limits(files=20)).rule == "archive-files"
    assert refused(many, Limits(package=100)).rule == "package-size"
    assert refused(package({"a": b"x" * 600, "b": b"x" * 600}), Limits(unpacked=1000)).rule == "unpacked-size"


def test_texts_are_kept_up_to_the_limits_and_what_is_cut_is_named() -> None:
    files = {f"templates/{number}.yaml": b"x" * 1000 for number in range(5)}
    read = open_package(package({**files, "values.yaml": b"a: 1\n"}), Limits(text=800, texts=2000))
    assert [len(read.data[path]) for path in files] == [800, 800, 400, 0, 0]
    assert read.cut == set(files)
    assert read.data["values.yaml"] == b"a: 1\n"


def _zeros(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(MEBIBYTE)
    return b"".join([*(packer.compress(zeros) for _ in range(size // MEBIBYTE)), packer.flush()])


def test_a_gigabyte_of_zeros_is_a_small_matter() -> None:
    told = cost(_zeros(1024 * MEBIBYTE))
    assert told.rule == "archive-trailing"
    assert told.seconds < 1
    assert told.mebibytes < 16


def test_a_gigabyte_of_zeros_in_files_is_a_small_matter() -> None:
    body = b"\0" * (5 * MEBIBYTE)
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(CHART)]
    parts += [packer.compress(entry(f"web/f{number}", body)) for number in range(30)]
    told = cost(b"".join([*parts, packer.flush()]))
    assert told.rule == "unpacked-size"
    assert told.seconds < 3
    assert told.mebibytes < 16


def test_many_small_files_are_a_small_matter() -> None:
    many = archive(CHART, *(entry(f"web/{number}", b"x") for number in range(30_000)))
    told = cost(many)
    assert told.rule == "archive-files"
    assert told.seconds < 3
    assert told.mebibytes < 64


def test_huge_headers_are_a_small_matter() -> None:
    long = entry("web/x", b"p" * (4 * MEBIBYTE), tarfile.XHDTYPE)
    assert cost(archive(CHART, long)).mebibytes < 16
    assert refused(archive(CHART, long)).rule == "archive"


@given(st.binary(max_size=2000))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    for source in (data, gzip.compress(data), archive(CHART, data)):
        with suppress(ChartInvalid):
            open_package(source)


@settings(max_examples=300)
@given(st.data())
def test_a_package_with_some_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    plain = bytearray(
        gzip.decompress(by_tarfile({"web/Chart.yaml": CHART_YAML, "web/ä": b"x"}, tarfile.PAX_FORMAT))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        block = data.draw(st.sampled_from([0, 512, 1024, 1536, 2048]))
        header = slice(block, block + 512)
        plain[data.draw(st.integers(block, block + 511))] = data.draw(st.integers(0, 255))
        plain[block + 148 : block + 156] = b" " * 8
        plain[block + 148 : block + 156] = b"%06o\0 " % sum(plain[header])
    with suppress(ChartInvalid):
        open_package(gzip.compress(bytes(plain)))
