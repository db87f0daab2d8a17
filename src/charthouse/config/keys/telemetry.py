"""Keys of metrics, traces and error reports."""

from __future__ import annotations

from ..key import Inert, Key, LeftOut
from ..shapes import anything, either, mapping, names
from ..values import Kind, decimal, duration, flag, secret, text, web

_TRACES = Inert("traces")
_PULLED = LeftOut("metrics are read at `/metrics`, not sent")
_REPORTS = Inert("error reports")
_OTEL: dict[str, Kind] = {
    "service_name": text,
    "endpoint": web,
    "dt_api_url": web,
    "dt_api_token": secret,
    "sample_rate": decimal(),
}

KEYS = (
    Key("PROMETHEUS_PUSHGATEWAY_URL", web, "Where metrics go.", quay="http://localhost:9091", status=_PULLED),
    Key(
        "PROMETHEUS_NAMESPACE",
        text,
        "What their names begin with.",
        quay="quay",
        status=Inert("metric names"),
    ),
    Key(
        "GLOBAL_PROMETHEUS_STATS_FREQUENCY",
        duration(1),
        "Time between counts of rows.",
        quay=3600,
        status=Inert("metrics of content"),
    ),
    Key(
        "TRACKED_NAMESPACES",
        either(names, mapping({}, rest=anything)),
        "Namespaces that metrics name.",
        quay=None,
        since="3.17",
        status=Inert("metrics of content"),
    ),
    Key(
        "EXCEPTION_LOG_TYPE", text, "`Sentry`: errors are reported there.", quay="FakeSentry", status=_REPORTS
    ),
    Key("SENTRY_DSN", secret, "Address of Sentry, with its key.", quay=None, status=_REPORTS),
    Key("FEATURE_OTEL_TRACING", flag, "Traces are sent.", quay=False, since="3.16", status=_TRACES),
    Key("OTEL_CONFIG", mapping(_OTEL), "Where to, and how many.", quay=None, since="3.16", status=_TRACES),
    Key(
        "OTEL_TRACING_EXCLUDED_URLS",
        either(text, names),
        "Addresses that are not traced.",
        quay=None,
        since="3.16",
        status=_TRACES,
    ),
    Key(
        "PYROSCOPE_*",
        anything,
        "Profiles are sent to Pyroscope.",
        quay=None,
        since="3.18",
        status=LeftOut("profiles are not sent"),
    ),
)
