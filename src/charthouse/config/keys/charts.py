"""Keys of charts: how much reading one may cost, and what ChartMuseum's API may overwrite."""

from __future__ import annotations

from ..key import Area, Key
from ..values import duration, flag, number, size


class Charts(Area, frozen=True, kw_only=True):
    """Reading charts, and taking them in. Durations are seconds, sizes bytes."""

    read_seconds: int = 10
    read_memory: int = 512 * 1024**2
    read_processes: int = 2
    package_size: int = 100 * 1024**2
    later_seconds: int = 120
    later_memory: int = 1024**3
    overwrite: bool = False
    no_force: bool = False


KEYS = (
    Key(
        "CHARTHOUSE_CHARTS_READ_SECONDS",
        duration(1),
        "Time that reading a chart may take while its push waits. One that takes longer is stored, and read later.",
        field="charts.read_seconds",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_CHARTS_READ_MEMORY",
        size(1024**2),
        "Memory that reading a chart may take meanwhile, beside what the process that does it starts with.",
        field="charts.read_memory",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_CHARTS_READ_PROCESSES",
        number(1, 64),
        "Charts that one server process reads at once, each in a child process; they start when they are needed.",
        field="charts.read_processes",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_CHARTS_PACKAGE_SIZE",
        size(1024**2),
        "Bytes of a package that is read; a larger one is stored, and shown in no index; an upload of it is refused.",
        field="charts.package_size",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_CHARTS_LATER_SECONDS",
        duration(1),
        "Time that reading a chart may take that was over the budget of its push. Then it is marked as broken.",
        field="charts.later_seconds",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_CHARTS_LATER_MEMORY",
        size(1024**2),
        "Memory that reading a chart may take then.",
        field="charts.later_memory",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_CHARTS_ALLOW_OVERWRITE",
        flag,
        "An upload by ChartMuseum's API replaces a version that is there (its `--allow-overwrite`).",
        field="charts.overwrite",
        environment=True,
    ),
    Key(
        "CHARTHOUSE_CHARTS_DISABLE_FORCE_OVERWRITE",
        flag,
        "`?force` replaces nothing (its `--disable-force-overwrite`).",
        field="charts.no_force",
        environment=True,
    ),
)
