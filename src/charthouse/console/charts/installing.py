"""How a chart is installed from this registry, by the tools that people use: lines and files to copy."""

from __future__ import annotations

import msgspec

from charthouse.helm.chart.versions import is_strict
from charthouse.model.names import RepositoryName
from charthouse.services.charts.levels import has_address

_LONGEST_RELEASE = 53
"""Characters of a release's name, as Helm limits it."""
_CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"


class Origin(msgspec.Struct, frozen=True):
    """Where a chart is: this server's address, the tag and the digest. ``indexed``: the classic repository has it."""

    scheme: str
    host: str
    repository: RepositoryName
    tag: str
    digest: str
    indexed: bool
    public: bool

    @property
    def level(self) -> str:
        """Return the classic repository's path."""
        return self.repository.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Return the chart's name, as clients ask for it."""
        return self.repository.rpartition("/")[2]

    @property
    def release(self) -> str:
        """Return a name for what is installed."""
        return self.name.replace("_", "-").replace(".", "-")[:_LONGEST_RELEASE].strip("-") or "release"

    @property
    def oci(self) -> str:
        """Return the chart's OCI address."""
        return f"oci://{self.host}/{self.repository}"

    @property
    def classic(self) -> str:
        """Return the classic repository's address, "" where none shows this version."""
        shown = self.indexed and has_address(self.level)
        return f"{self.scheme}://{self.host}/charts/{self.level}" if shown else ""

    @property
    def plain(self) -> bool:
        """Tell whether clients must be told not to use TLS."""
        return self.scheme == "http"

    @property
    def version(self) -> str:
        """Return the version by which clients find the tag, "" when they would take it for a range or for none."""
        version = self.tag.replace("_", "+")
        return version if is_strict(version) else ""


class HelmLines(msgspec.Struct, frozen=True):
    """Lines for Helm; "": not needed, or not possible."""

    login: str
    prepare: str
    upgrade: str
    values: str
    pull: str


def by_oci(origin: Origin, user: str) -> HelmLines:
    """Return the lines for Helm with the OCI address. ``user`` logs in ("": anonymous)."""
    plain = " --plain-http" if origin.plain else ""
    chart = f"{origin.oci} --version {origin.version}" if origin.version else f"{origin.oci}@{origin.digest}"
    login = "" if origin.public else f"helm registry login {origin.host} --username {user or 'NAME'}{plain}"
    return HelmLines(
        login=login,
        prepare="",
        upgrade=f"helm upgrade --install {origin.release} {chart}{plain}",
        values=f"helm show values {chart}{plain}",
        pull=f"helm pull {chart}{plain}",
    )


def by_classic(origin: Origin, user: str) -> HelmLines | None:
    """Return the lines for Helm with a classic repository, None where none shows the version."""
    if not (origin.classic and origin.version):
        return None
    alias = origin.level.replace("/", "-")
    chart = f"{alias}/{origin.name} --version {origin.version}"
    login = "" if origin.public else f" --username {user or 'NAME'}"
    return HelmLines(
        login="",
        prepare=f"helm repo add {alias} {origin.classic}{login}\nhelm repo update {alias}",
        upgrade=f"helm upgrade --install {origin.release} {chart}",
        values=f"helm show values {chart}",
        pull=f"helm pull {chart}",
    )


def argo_cd(origin: Origin) -> str:
    """Return an Application, "" for a tag that is no version; Argo CD writes OCI addresses without their scheme."""
    if not origin.version:
        return ""
    source = origin.classic if origin.plain and origin.classic else f"{origin.host}/{origin.level}"
    return f"""\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {origin.release}
  namespace: argocd
spec:
  project: default
  source:
    repoURL: {source}
    chart: {origin.name}
    targetRevision: "{origin.version}"
    helm:
      releaseName: {origin.release}
  destination:
    server: https://kubernetes.default.svc
    namespace: {origin.release}
  syncPolicy:
    syncOptions:
      - CreateNamespace=true
"""


def flux(origin: Origin) -> str:
    """Return an OCIRepository with the HelmRelease of it."""
    insecure = "\n  insecure: true" if origin.plain else ""
    secret = "" if origin.public else f"\n  secretRef:\n    name: {origin.release}-pull"
    return f"""\
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: {origin.release}
  namespace: flux-system
spec:
  interval: 10m
  url: {origin.oci}{insecure}
  ref:
    tag: "{origin.tag}"
  layerSelector:
    mediaType: {_CHART_LAYER}
    operation: copy{secret}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: {origin.release}
  namespace: flux-system
spec:
  interval: 10m
  releaseName: {origin.release}
  targetNamespace: {origin.release}
  install:
    createNamespace: true
  chartRef:
    kind: OCIRepository
    name: {origin.release}
"""


def terraform(origin: Origin) -> str:
    """Return a resource of the Helm provider, "" for a tag that is no version; it takes no OCI address without TLS."""
    if not origin.version:
        return ""
    repository = origin.classic if origin.plain and origin.classic else f"oci://{origin.host}/{origin.level}"
    return f"""\
resource "helm_release" "{origin.release.replace(".", "-")}" {{
  name             = "{origin.release}"
  repository       = "{repository}"
  chart            = "{origin.name}"
  version          = "{origin.version}"
  namespace        = "{origin.release}"
  create_namespace = true
}}
"""
