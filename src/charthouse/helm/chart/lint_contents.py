"""Rules for what else is in a package."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .facts import ChartReading, Problem

RULES: dict[str, str] = {
    "package-size": "the package is small enough to be installed",
    "readme-missing": "the chart has a README",
    "license-missing": "the chart says its licence",
    "values-missing": "the chart has a values.yaml",
    "templates-missing": "a chart of type application has templates",
    "deprecated-api": "no template uses a Kubernetes API that was removed",
    "image-tag": "images are named with a version",
}

_LARGEST_RELEASE = 1024 * 1024  # Helm keeps the chart in a Secret, which Kubernetes limits
_MOST = 50
_API = re.compile(
    r"^apiVersion:[ \t]*[\"']?([a-z0-9.]{1,60}/[a-z0-9]{1,20})[\"']?[ \t]*\r?\nkind:[ \t]*(\w{1,60})",
    re.MULTILINE,
)
_ANY = ""
_REMOVED = {
    "extensions/v1beta1": {_ANY: "1.16", "Ingress": "1.22"},
    "apps/v1beta1": {_ANY: "1.16"},
    "apps/v1beta2": {_ANY: "1.16"},
    "admissionregistration.k8s.io/v1beta1": {
        "MutatingWebhookConfiguration": "1.22",
        "ValidatingWebhookConfiguration": "1.22",
    },
    "apiextensions.k8s.io/v1beta1": {_ANY: "1.22"},
    "apiregistration.k8s.io/v1beta1": {_ANY: "1.22"},
    "certificates.k8s.io/v1beta1": {"CertificateSigningRequest": "1.22"},
    "coordination.k8s.io/v1beta1": {"Lease": "1.22"},
    "networking.k8s.io/v1beta1": {"Ingress": "1.22", "IngressClass": "1.22"},
    "rbac.authorization.k8s.io/v1beta1": {_ANY: "1.22"},
    "scheduling.k8s.io/v1beta1": {"PriorityClass": "1.22"},
    "storage.k8s.io/v1beta1": {"CSIDriver": "1.22", "CSINode": "1.22", "StorageClass": "1.22"},
    "batch/v1beta1": {_ANY: "1.25"},
    "discovery.k8s.io/v1beta1": {"EndpointSlice": "1.25"},
    "events.k8s.io/v1beta1": {_ANY: "1.25"},
    "autoscaling/v2beta1": {_ANY: "1.25"},
    "policy/v1beta1": {_ANY: "1.25"},
    "node.k8s.io/v1beta1": {_ANY: "1.25"},
    "autoscaling/v2beta2": {_ANY: "1.26"},
    "flowcontrol.apiserver.k8s.io/v1beta1": {_ANY: "1.26"},
    "flowcontrol.apiserver.k8s.io/v1beta2": {_ANY: "1.29"},
}
"""APIs by the version of Kubernetes that has them no more (Kubernetes' "Deprecated API Migration Guide")."""


def check(reading: ChartReading) -> Iterator[Problem]:
    """Yield what is to be said of a package's files."""
    if reading.size > _LARGEST_RELEASE:
        problem = f"has {reading.size} bytes; Helm keeps it in a Secret of at most {_LARGEST_RELEASE}"
        yield Problem("package-size", "warning", problem)
    if reading.readme is None:
        yield Problem("readme-missing", "warning", "README.md is missing")
    if not reading.license:
        yield Problem("license-missing", "info", "neither an annotation nor a LICENSE file tells the licence")
    if reading.values_text is None:
        yield Problem("values-missing", "info", "values.yaml is missing")
    if not reading.templates and not reading.subcharts and reading.metadata.type != "library":
        yield Problem("templates-missing", "warning", "the chart has no templates; is it of type library?")
    yield from _apis(reading)
    for image in reading.images[:_MOST]:
        tag = image.image.rpartition("/")[2].partition(":")[2]
        if "@" not in image.image and tag in ("", "latest"):
            yield Problem(
                "image-tag",
                "info",
                f"{image.image} can be another image tomorrow; name a version",
                image.where,
            )


def _apis(reading: ChartReading) -> Iterator[Problem]:
    told = 0
    for template in reading.templates:
        if "Capabilities." in template.text:
            continue  # which asks the cluster first
        for api, kind in dict.fromkeys(_API.findall(template.text)):
            kinds = _REMOVED.get(api, {})
            release = kinds.get(kind, kinds.get(_ANY))
            if release and told < _MOST:
                told += 1
                problem = f"uses {kind} of {api}, which Kubernetes {release} has no more"
                yield Problem("deprecated-api", "warning", problem, template.path)
