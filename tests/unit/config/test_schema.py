"""The JSON Schema accepts whatever the loader accepts, and names what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from charthouse.config.entries import Entry
from charthouse.config.fields import read_values
from charthouse.config.key import Guarded
from charthouse.config.keys.table import TABLE
from charthouse.config.schema import config_schema

SCHEMA = config_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
NAMES = [name for name in TABLE if "*" not in name] + ["KEYCLOAK_LOGIN_CONFIG", "PYROSCOPE_SERVER"]

QUAYS_FILE = """
ALLOW_PULLS_WITHOUT_STRICT_LOGGING: 'false'
AUTHENTICATION_TYPE: Database
BROWSER_API_CALLS_XHR_ONLY: false
BUILDLOGS_REDIS: {host: redis, port: '6380', ssl: 'true', password: x, socket_timeout: 5}
DB_URI: postgresql+psycopg2://quay:pw@db/quay
DB_CONNECTION_ARGS: {autorollback: true, threadlocals: true, sslmode: verify-full, sslrootcert: /ca.pem}
DATA_MODEL_CACHE_CONFIG: {engine: redis, redis_config: {primary: {host: a, port: 6379}, replica: {host: b}}}
DATABASE_SECRET_KEY: '48086443'
DEFAULT_TAG_EXPIRATION: 2w
DISTRIBUTED_STORAGE_CONFIG:
  default:
    - RadosGWStorage
    - {access_key: a, secret_key: b, bucket_name: c, hostname: d, is_secure: 'true', port: '443', storage_path: /x}
DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS: []
DISTRIBUTED_STORAGE_PREFERENCE: [default]
FEATURE_BUILD_SUPPORT: False
FEATURE_FIPS: ' FALSE '
FEATURE_USER_INITIALIZE: 'True'
GITHUB_LOGIN_CONFIG: {GITHUB_ENDPOINT: 'https://github.com/', CLIENT_ID: a, CLIENT_SECRET: b}
KEYCLOAK_LOGIN_CONFIG: {OIDC_SERVER: 'https://sso/', CLIENT_ID: a, CLIENT_SECRET: b, SERVICE_NAME: c}
MAXIMUM_LAYER_SIZE: 20G
SESSION_TIMEOUT:
SSL_PROTOCOLS: [TLSv1.2, TLSv1.3]
SUPER_USERS: [quayadmin]
TAG_EXPIRATION_OPTIONS: [0s, 1d, 1w, 2w, 4w]
USER_EVENTS_REDIS: {host: redis, port: 6379}
"""


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    defaults = {name: p["default"] for name, p in SCHEMA["properties"].items() if "default" in p}
    assert list(VALIDATOR.iter_errors(defaults)) == []
    assert len(defaults) > 15


def test_every_key_is_in_it_and_described() -> None:
    stars = [name for name in TABLE if "*" in name]
    assert list(SCHEMA["properties"]) == [name for name in TABLE if "*" not in name]
    assert len(SCHEMA["patternProperties"]) == len(stars)
    for described in (*SCHEMA["properties"].values(), *SCHEMA["patternProperties"].values()):
        assert described["description"]


def test_quays_file() -> None:
    assert list(VALIDATOR.iter_errors(yaml.safe_load(QUAYS_FILE))) == []
    assert list(VALIDATOR.iter_errors(None)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"FEATURE_USER_INITIALISE": True},
        {"super_users": []},
        {"PROXY_COUNT": "many"},
        {"PROXY_COUNT": -1},
        {"FEATURE_FIPS": True},
        {"FEATURE_FIPS": "true"},
        {"AUTHENTICATION_TYPE": "LDAP"},
        {"AUTHENTICATION_TYPE": "Databas"},
        {"SSL_PROTOCOLS": ["TLSv1.3"]},
        {"DEFAULT_TAG_EXPIRATION": "two weeks"},
        {"MAXIMUM_LAYER_SIZE": "20 gigabytes"},
        {"SERVER_HOSTNAME": "https://a"},
        {"DB_URI": "oracle://h/db"},
        {"BUILDLOGS_REDIS": {"port": 1}},
        {"BUILDLOGS_REDIS": {"host": "a", "port": 70000}},
        {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["LocalStorage", {}]}},
        {"DISTRIBUTED_STORAGE_CONFIG": {"a": ["S3", {}]}},
        {"KEYCLOAK_LOGIN_CONFIG": {"CLIENT_ID": "a"}},
        {"GITHUB_LOGIN_CONFIG": {"OIDC_SERVER": "https://a"}},
        {"DB_CONNECTION_ARGS": {"sslmode": "sometimes"}},
    ],
)
def test_refused(wrong: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(wrong))
    assert read_values({name: Entry(value, "") for name, value in wrong.items()}, []).mistakes


WORDS = [
    "true",
    "False",
    "FALSE",
    "7",
    "30s",
    "2w",
    "20G",
    "10MiB",
    "Database",
    "normal",
    "https",
    "a.b:1",
    "https://a/",
    "ldap://a",
    "sqlite:///x",
    "IPv4",
    "redis",
    "Lax",
    "database",
    "local",
    "1e3",
]
words = st.sampled_from(["", " FALSE ", " 7 ", "10 MiB", *WORDS]) | st.text(max_size=6)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words
arguments = st.dictionaries(
    st.sampled_from(
        ["host", "port", "engine", "producer", "CLIENT_ID", "method", "value", "sslmode", "logo"]
    ),
    scalars,
    max_size=3,
)
values = scalars | st.lists(scalars, max_size=3) | arguments | st.tuples(words, arguments).map(list)


@given(name=st.sampled_from(NAMES), value=values)
def test_what_the_loader_accepts(name: str, value: Any) -> None:
    read = read_values({name: Entry(value, "")}, [])
    refused = list(VALIDATOR.iter_errors({name: value}))
    assert read.mistakes or not refused
    if refused and not isinstance(value, (str, float)):
        assert read.mistakes


@pytest.mark.parametrize("name", [name for name, key in TABLE.items() if isinstance(key.status, Guarded)])
def test_guarded_keys(name: str) -> None:
    for value in (True, False, "true", "False", "Database", "OIDC", "normal", "readonly", [], ["TLSv1.2"]):
        mistakes = read_values({name: Entry(value, "")}, []).mistakes
        assert bool(mistakes) == bool(list(VALIDATOR.iter_errors({name: value}))), value
