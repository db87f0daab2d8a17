"""The chart ``web`` as its author keeps it: values with comments and a schema, templates, a dependency, two versions."""

from __future__ import annotations

import json
from typing import Any

from tests.support.packages import package

from .pusher import Pusher

_VALUES = """\
# -- How many copies run
replicaCount: {replicas}

image:
  # -- Where the image comes from
  repository: {image}
  tag: "v2"
  # -- One of Always, IfNotPresent, Never
  pullPolicy: IfNotPresent

service:
  type: ClusterIP
  # -- The port that the service listens on
  port: {port}

# -- Further labels of every object
labels: {{}}
"""
_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "web.name" . }}
  labels: {{- toYaml .Values.labels | nindent 4 }}
spec:
  replicas: {{ .Values.replicaCount }}
  template:
    spec:
      containers:
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
"""
_HELPERS = """\
{{- define "web.name" -}}
{{ .Release.Name }}-web
{{- end -}}
"""
_README = """\
# web

Serves pages, quickly.

## Installing

Set `service.port` when **8080** is taken.

| Key | Meaning |
|---|---|
| `replicaCount` | how many copies run |
"""
_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "replicaCount": {"type": "integer", "minimum": 1},
        "service": {
            "type": "object",
            "properties": {
                "port": {"type": "integer", "description": "The port that the service listens on"},
                "type": {"enum": ["ClusterIP", "NodePort"]},
            },
        },
    },
}


def push_web(pusher: Pusher, version: str, *, image: str, replicas: int = 1, port: int = 8080) -> None:
    """Push a version of the chart; ``image`` is what its values name."""
    chart: dict[str, Any] = {
        "apiVersion": "v2",
        "name": "web",
        "version": version,
        "appVersion": "2.3.1",
        "description": "Serves pages, quickly",
        "keywords": ["web", "pages"],
        "home": "https://web.example.com",
        "dependencies": [{"name": "cache", "version": "~1.2.0", "repository": "https://charts.example.com"}],
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in chart.items() if key not in _OF_EVERY_CHART]
    values = _VALUES.format(image=image, replicas=replicas, port=port)
    files = {
        "values.yaml": values.encode(),
        "values.schema.json": json.dumps(_SCHEMA).encode(),
        "README.md": _README.encode(),
        "templates/deployment.yaml": _DEPLOYMENT.encode(),
        "templates/_helpers.tpl": _HELPERS.encode(),
    }
    pusher.chart(version, chart, package("web", version, files, *lines))


_OF_EVERY_CHART = {"apiVersion", "name", "version"}
