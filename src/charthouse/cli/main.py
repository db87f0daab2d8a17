"""``charthouse``: the command line. Each command loads what it needs when it runs."""

from __future__ import annotations

import click

from charthouse import __version__

from .lazy import LazyGroup

_COMMANDS = {
    "charts": "charthouse.cli.charts:charts",
    "serve": "charthouse.cli.serve:serve",
    "admin": "charthouse.cli.admin:admin",
    "config": "charthouse.cli.config:config",
    "worker": "charthouse.cli.worker:worker",
    "gc": "charthouse.cli.gc:gc",
    "scrub": "charthouse.cli.scrub:scrub",
    "export": "charthouse.cli.transfer:export_image",
    "import": "charthouse.cli.transfer:import_image",
}


@click.group(cls=LazyGroup, lazy=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="charthouse")
def main() -> None:
    """A private registry for Helm charts, container images and every OCI artifact.

    Start one on this machine:  charthouse serve --data ./data
    """
