"""Keys of action logs: what is noted, where, for how long."""

from __future__ import annotations

from ..key import Inert, Key
from ..shapes import anything, listing, mapping, names
from ..values import Kind, choice, decimal, duration, flag, nullable, number, port, secret, text

_LATER = Inert("action logs")
_OFF = Inert("action logs", as_is=False)

_ELASTICSEARCH: dict[str, Kind] = {
    "host": text,
    "port": port,
    "access_key": secret,
    "secret_key": secret,
    "aws_region": text,
    "use_ssl": flag,
    "index_prefix": text,
    "index_settings": mapping({}, rest=anything),
}
_KAFKA: dict[str, Kind] = {
    "bootstrap_servers": listing(text, 1),
    "topic": text,
    "max_block_seconds": number(),
}
_KINESIS: dict[str, Kind] = {
    "stream_name": text,
    "aws_region": text,
    "aws_access_key": secret,
    "aws_secret_key": secret,
    "connect_timeout": decimal(),
    "read_timeout": decimal(),
    "retries": number(),
    "max_pool_connections": number(1),
}
_SPLUNK: dict[str, Kind] = {
    "host": text,
    "port": port,
    "url_scheme": choice("http", "https"),
    "verify_ssl": flag,
    "ssl_ca_path": text,
    "search_timeout": number(),
    "max_results": number(1),
    "export_batch_size": number(1),
}
_SPLUNK_API: dict[str, Kind] = _SPLUNK | {"bearer_token": secret, "index_prefix": text}
_SPLUNK_COLLECTOR: dict[str, Kind] = _SPLUNK | {
    "hec_token": secret,
    "index": text,
    "splunk_host": text,
    "splunk_sourcetype": text,
    "timeout": number(),
    "search_host": text,
    "search_port": port,
    "search_token": secret,
}
_MODEL: dict[str, Kind] = {
    "producer": choice("elasticsearch", "kafka", "kinesis_stream", "splunk", "splunk_hec"),
    "elasticsearch_config": mapping(_ELASTICSEARCH),
    "kafka_config": mapping(_KAFKA, ["bootstrap_servers"]),
    "kinesis_stream_config": mapping(_KINESIS, ["stream_name"]),
    "splunk_config": mapping(_SPLUNK_API, ["host", "bearer_token"]),
    "splunk_hec_config": mapping(_SPLUNK_COLLECTOR, ["host", "hec_token"]),
}

KEYS = (
    Key(
        "LOGS_MODEL",
        choice("database", "transition_reads_both_writes_es", "elasticsearch", "splunk"),
        "Where action logs are kept.",
        quay="database",
        status=_LATER,
    ),
    Key(
        "LOGS_MODEL_CONFIG",
        mapping(_MODEL),
        "How that is reached.",
        quay={},
        status=Inert("action logs", as_is={}),
    ),
    Key(
        "ALLOW_PULLS_WITHOUT_STRICT_LOGGING",
        flag,
        "A pull is answered also when it can't be noted.",
        quay=False,
        status=_LATER,
    ),
    Key(
        "ALLOW_WITHOUT_STRICT_LOGGING",
        flag,
        "The same for all that is noted.",
        quay=False,
        since="3.12",
        status=_LATER,
    ),
    Key("FEATURE_LOG_EXPORT", flag, "Logs can be exported.", quay=True, status=_LATER),
    Key("FEATURE_AGGREGATED_LOG_COUNT_RETRIEVAL", flag, "Logs can be counted.", quay=True, status=_LATER),
    Key("FEATURE_ACTION_LOG_ROTATION", flag, "Old logs go to an archive.", quay=False, status=_LATER),
    Key("ACTION_LOG_ROTATION_THRESHOLD", duration(), "How old.", quay="30d", status=_LATER),
    Key("ACTION_LOG_ROTATION_FREQUENCY", duration(1), "Time between rounds.", quay="12h", status=_LATER),
    Key(
        "ACTION_LOG_MAX_PAGE",
        nullable(number(1)),
        "Pages that may be asked for.",
        quay=None,
        status=Inert("action logs", as_is=None),
    ),
    Key("ACTION_LOG_AUDIT_LOGINS", flag, "Logins are noted.", quay=True, since="3.9", status=_LATER),
    Key(
        "ACTION_LOG_AUDIT_LOGIN_FAILURES", flag, "So are failed ones.", quay=False, since="3.11", status=_OFF
    ),
    Key("ACTION_LOG_AUDIT_PULL_FAILURES", flag, "And refused pulls.", quay=False, since="3.11", status=_OFF),
    Key("ACTION_LOG_AUDIT_PUSH_FAILURES", flag, "And refused pushes.", quay=False, since="3.11", status=_OFF),
    Key(
        "ACTION_LOG_AUDIT_DELETE_FAILURES",
        flag,
        "And refused deletes.",
        quay=False,
        since="3.11",
        status=_OFF,
    ),
    Key(
        "FEATURE_EXTENDED_ACTION_LOGGING",
        flag,
        "Address, method, credential and client are noted too.",
        quay=False,
        since="3.18",
        status=_LATER,
    ),
    Key("FEATURE_USER_LOG_ACCESS", flag, "Users see logs of their namespace.", quay=False, status=_LATER),
    Key(
        "DISABLED_FOR_AUDIT_LOGS",
        names,
        "Namespaces of which nothing is noted.",
        quay=[],
        status=Inert("action logs", as_is=()),
    ),
    Key(
        "DISABLED_FOR_PULL_LOGS",
        names,
        "Namespaces whose pulls are not noted.",
        quay=[],
        status=Inert("action logs", as_is=()),
    ),
    Key("EXPORT_ACTION_LOGS_WORKER_POLL_PERIOD", duration(1), "Time between looks.", quay=60, status=_LATER),
)
