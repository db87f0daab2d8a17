"""Helm's plugin for ChartMuseum, put where each Helm looks for plugins."""

from __future__ import annotations

from pathlib import Path

from .shell import Shell
from .tools import tool

_HELM3 = 'name: cm-push\nversion: 0.10.4\nusage: Push to ChartMuseum\ndescription: Push\ncommand: "$HELM_PLUGIN_DIR/bin/helm-cm-push"\n'
_HELM4 = """\
apiVersion: v1
type: cli/v1
name: cm-push
version: 0.10.4
runtime: subprocess
config:
  usage: cm-push
  shortHelp: Push to ChartMuseum
  longHelp: Push to ChartMuseum
runtimeConfig:
  platformCommand:
    - command: ${HELM_PLUGIN_DIR}/bin/helm-cm-push
"""


def install_cm_push(helm: Path, shell: Shell) -> None:
    """Make ``helm cm-push`` a command of this person's Helm."""
    plugins = shell.home / "plugins"
    binary = plugins / "cm-push" / "bin" / "helm-cm-push"
    binary.parent.mkdir(parents=True)
    binary.symlink_to(tool("cm-push"))
    (plugins / "cm-push" / "plugin.yaml").write_text(_HELM3 if "helm3" in str(helm) else _HELM4)
    shell.environment["HELM_PLUGINS"] = str(plugins)
