"""``charthouse``: the command line. Each command loads what it needs when it runs."""

from __future__ import annotations

import importlib

import click

from charthouse import __version__

_COMMANDS = {
    "serve": "charthouse.cli.serve:serve",
    "admin": "charthouse.cli.admin:admin",
    "config": "charthouse.cli.config:config",
    "worker": "charthouse.cli.worker:worker",
    "gc": "charthouse.cli.gc:gc",
    "scrub": "charthouse.cli.scrub:scrub",
    "export": "charthouse.cli.transfer:export_image",
    "import": "charthouse.cli.transfer:import_image",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called (start-up time)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="charthouse")
def main() -> None:
    """A private registry for Helm charts, container images and every OCI artifact.

    Start one on this machine:  charthouse serve --data ./data
    """
