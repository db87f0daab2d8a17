"""Settings from files, environment and command line; mistakes all at once, with their lines, without secrets."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from charthouse.config.entries import ConfigError
from charthouse.config.loader import load
from charthouse.config.settings import Settings, Storage

LOCAL = "[LocalStorage, {storage_path: /data}]"
S3 = "[S3Storage, {storage_path: /, s3_bucket: b}]"


def write(directory: Path, content: str) -> Path:
    path = directory / "config.yaml"
    path.write_text(textwrap.dedent(content))
    return path


def loaded(
    tmp_path: Path, content: str, environment: dict[str, str] | None = None, **overrides: Any
) -> Settings:
    return load(
        data=tmp_path / "data", config=write(tmp_path, content), environment=environment or {}, **overrides
    )


def mistakes(tmp_path: Path, content: str, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, content, environment)
    assert str(error.value).splitlines() == [str(mistake) for mistake in error.value.mistakes]
    return str(error.value).splitlines()


def test_without_a_file(tmp_path: Path) -> None:
    settings = load(data=tmp_path, environment={})
    assert settings.database == f"sqlite:///{tmp_path}/charthouse.db"
    assert settings.storage == Storage("LocalStorage", {"storage_path": str(tmp_path / "blobs")})
    assert settings.user_initialize
    assert len(settings.set_up_token) >= 32
    assert settings.set_up_token != load(data=tmp_path, environment={}).set_up_token
    assert settings.anonymous_access
    assert settings.inert == ()


def test_with_an_empty_file_nothing_is_open(tmp_path: Path) -> None:
    for content in ("", "# nothing\n", "---\n"):
        settings = loaded(tmp_path, content)
        assert not settings.user_initialize
        assert settings.set_up_token == ""
        assert settings.database.startswith("sqlite:")


def test_quays_file(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        """
        SERVER_HOSTNAME: registry.example.com:8443
        PREFERRED_URL_SCHEME: https
        AUTHENTICATION_TYPE: Database
        ALLOW_PULLS_WITHOUT_STRICT_LOGGING: false
        BUILDLOGS_REDIS: {host: redis.example.com, port: '6379'}
        DB_URI: postgresql://quay:pw@db.example.com:5432/quay
        DATABASE_SECRET_KEY: '48086443'
        DEFAULT_TAG_EXPIRATION: 4w
        TAG_EXPIRATION_OPTIONS: [0s, 1d, 1w, 2w, 4w]
        DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS: []
        DISTRIBUTED_STORAGE_CONFIG:
          local:
            - LocalStorage
            - storage_path: /datastorage/registry
          rados:
            - RadosGWStorage
            - {hostname: s3.example.com, is_secure: 'true', access_key: a, secret_key: very-secret,
               bucket_name: b, storage_path: /}
        DISTRIBUTED_STORAGE_PREFERENCE: [rados, local]
        FEATURE_ANONYMOUS_ACCESS: 'False'
        FEATURE_USER_INITIALIZE: 'true'
        FEATURE_PROXY_STORAGE: true
        CREATE_PRIVATE_REPO_ON_PUSH: false
        MAXIMUM_LAYER_SIZE: 20G
        PROXY_COUNT: '1'
        SUPER_USERS: [quayadmin]
        SESSION_TIMEOUT:
        KEYCLOAK_LOGIN_CONFIG: {OIDC_SERVER: 'https://sso.example.com/', CLIENT_ID: a, SERVICE_NAME: b}
        CHARTHOUSE_CACHE_BYTES: 64Mi
        """,
    )
    assert settings.server_hostname == "registry.example.com:8443"
    assert settings.url_scheme == "https"
    assert settings.database == "postgresql://quay:pw@db.example.com:5432/quay"
    assert settings.database_secret_key == "48086443"
    assert settings.tags.default_expiration == 28 * 86_400
    assert settings.storage.engine == "RadosGWStorage"
    assert settings.storage.arguments["is_secure"] is True
    assert not settings.anonymous_access
    assert settings.user_initialize
    assert settings.proxy_storage
    assert not settings.create_private
    assert settings.maximum_blob == 20 * 1000**3
    assert settings.proxy_count == 1
    assert settings.people.super_users == ("quayadmin",)
    assert settings.cache_bytes == 64 * 1024**2
    assert settings.inert == (
        "ALLOW_PULLS_WITHOUT_STRICT_LOGGING",
        "BUILDLOGS_REDIS",
        "DISTRIBUTED_STORAGE_CONFIG.local",
        "KEYCLOAK_LOGIN_CONFIG",
    )


def test_the_later_wins(tmp_path: Path) -> None:
    content = "PROXY_COUNT: 1\nWORKER_COUNT: 1\nGARBAGE_COLLECTION_FREQUENCY: 1\nLIBRARY_NAMESPACE: library\n"
    environment = {
        "QUAY_OVERRIDE_CONFIG": json.dumps({"WORKER_COUNT": 2, "GARBAGE_COLLECTION_FREQUENCY": "2"}),
        "WORKER_COUNT": "3",
        "CHARTHOUSE_PULL_LOG": "strict",
        "CHARTHOUSE_PORT": "tcp://10.0.0.1:5000",  # Kubernetes sets it for a service of that name
    }
    settings = loaded(tmp_path, content, environment, workers=4, url_scheme=None)
    assert settings.proxy_count == 1
    assert settings.collection_interval == 2
    assert settings.workers == 4
    assert loaded(tmp_path, content, environment).workers == 3
    assert settings.pull_log == "strict"
    assert settings.library_namespace == "library"


def test_a_value_that_is_null_keeps_the_default(tmp_path: Path) -> None:
    assert loaded(tmp_path, "PROXY_COUNT:\nDB_URI: ~\nSUPER_USERS: null\n").proxy_count == 0


def test_library_support(tmp_path: Path) -> None:
    content = "LIBRARY_NAMESPACE: library\nFEATURE_LIBRARY_SUPPORT: "
    assert loaded(tmp_path, content + "true").library_namespace == "library"
    assert loaded(tmp_path, content + "false").library_namespace == ""


def test_every_mistake_at_once(tmp_path: Path) -> None:
    assert mistakes(
        tmp_path,
        """\
        SERVER_HOSTNAME: https://registry.example.com
        PROXY_COUNT: many
        FEATURE_USER_INITIALISE: true
        FEATURE_ANONYMOUS_ACCESS: 'no'
        PROXY_COUNT: 1
        DEFAULT_TAG_EXPIRATION: two weeks
        AUTHENTICATION_TYPE: LDAP
        FEATURE_FIPS: true
        SUPER_USERS: quayadmin
        super_users: [quayadmin]
        WHATEVER: 1
        """,
    ) == [
        "config.yaml:1: SERVER_HOSTNAME: expected host or host:port, without http:// and without a path",
        "config.yaml:2: PROXY_COUNT: expected a whole number",
        "config.yaml:3: FEATURE_USER_INITIALISE is no setting: did you mean FEATURE_USER_INITIALIZE?",
        "config.yaml:4: FEATURE_ANONYMOUS_ACCESS: expected true or false",
        "config.yaml:5: PROXY_COUNT stands twice, first at config.yaml:2",
        "config.yaml:6: DEFAULT_TAG_EXPIRATION: expected a duration: seconds, or a number with s, m, h, d or w",
        "config.yaml:7: AUTHENTICATION_TYPE: only Database is accepted yet: people would log in with passwords of"
        " the registry's own database instead of yours",
        "config.yaml:8: FEATURE_FIPS: only false is accepted yet: no certified module is used (passwords are hashed"
        " with argon2): run Quay where that is a must",
        "config.yaml:9: SUPER_USERS: expected a list of names",
        "config.yaml:10: super_users is no setting: did you mean SUPER_USERS?",
        "config.yaml:11: WHATEVER is no setting",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("DISTRIBUTED_STORAGE_CONFIG: {}", "expected a name with [engine, arguments] for each storage"),
        (
            "DISTRIBUTED_STORAGE_CONFIG: {a: LocalStorage}",
            "DISTRIBUTED_STORAGE_CONFIG.…: expected [engine, arguments]",
        ),
        (
            "DISTRIBUTED_STORAGE_CONFIG: {a: [LocalStorag, {}]}",
            "DISTRIBUTED_STORAGE_CONFIG.a: no such storage engine: did you mean LocalStorage?",
        ),
        (
            f"DISTRIBUTED_STORAGE_CONFIG: {{a: {LOCAL}, b: {S3}}}",
            "DISTRIBUTED_STORAGE_PREFERENCE must say which of a, b",
        ),
        (
            f"DISTRIBUTED_STORAGE_CONFIG: {{a: {LOCAL}}}\nDISTRIBUTED_STORAGE_PREFERENCE: [b]",
            "DISTRIBUTED_STORAGE_PREFERENCE: expected names of a",
        ),
        (
            f"DISTRIBUTED_STORAGE_CONFIG: {{a: {LOCAL}}}\nDISTRIBUTED_STORAGE_PREFERENCE: []",
            "DISTRIBUTED_STORAGE_PREFERENCE: expected names of a",
        ),
        (
            "DISTRIBUTED_STORAGE_PREFERENCE: [b]",
            "DISTRIBUTED_STORAGE_PREFERENCE needs DISTRIBUTED_STORAGE_CONFIG",
        ),
    ],
)
def test_mistakes_of_storage(tmp_path: Path, content: str, expected: str) -> None:
    (found,) = mistakes(tmp_path, content)
    assert found.endswith(expected)


def test_storage_preference_from_the_environment(tmp_path: Path) -> None:
    content = f"DISTRIBUTED_STORAGE_CONFIG: {{a: {LOCAL}, b: {S3}}}"
    settings = loaded(tmp_path, content, {"QUAY_DISTRIBUTED_STORAGE_PREFERENCE": "b a"})
    assert settings.storage.engine == "S3Storage"


def test_a_server_database_needs_its_secret(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, "DB_URI: mysql+pymysql://u:very-secret@h/db")
    assert found.startswith("config.yaml:1: DATABASE_SECRET_KEY must be set")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("A: [1\nDB_URI: very-secret\n", "config.yaml:2: not YAML"),
        ("DB_URI: !!python/object:os.system very-secret\n", "config.yaml:1: not YAML"),
        ("- DB_URI\n", "config.yaml:1: expected KEY: value on each line"),
        ("just text", "config.yaml:1: expected KEY: value on each line"),
        ("A: \x07\n", "config.yaml: not YAML"),
    ],
)
def test_what_is_no_configuration(tmp_path: Path, content: str, expected: str) -> None:
    (found,) = mistakes(tmp_path, content)
    assert found.startswith(expected)
    assert "very-secret" not in found


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read: No such file"):
        load(data=tmp_path, config=tmp_path / "absent.yaml", environment={})
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match="can't be read: not UTF-8"):
        load(data=tmp_path, config=tmp_path / "binary.yaml", environment={})


def test_mistakes_of_the_environment(tmp_path: Path) -> None:
    environment = {"QUAY_OVERRIDE_CONFIG": "[1]", "WORKER_COUNT": "many"}
    assert mistakes(tmp_path, "", environment) == [
        "QUAY_OVERRIDE_CONFIG: expected a JSON object",
        "environment variable WORKER_COUNT: WORKER_COUNT: expected a whole number",
    ]
    (found,) = mistakes(tmp_path, "", {"QUAY_OVERRIDE_CONFIG": '{"PROXY_COUNTS": 1}'})
    assert found == "QUAY_OVERRIDE_CONFIG: PROXY_COUNTS is no setting: did you mean PROXY_COUNT?"


def test_nothing_shows_a_secret(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        """
        DB_URI: postgresql://quay:very-secret@db.example.com/quay
        DATABASE_SECRET_KEY: very-secret
        CHARTHOUSE_SET_UP_TOKEN: very-secret
        DISTRIBUTED_STORAGE_CONFIG: {a: [S3Storage, {storage_path: /, s3_bucket: b, s3_secret_key: very-secret}]}
        """,
    )
    assert "very-secret" not in repr(settings)
    assert "S3Storage" in repr(settings)
    for content in (
        "DATABASE_SECRET_KEY: [very-secret]",
        "DB_URI: very-secret",
        "SERVER_HOSTNAME: 'very-secret/'",
        "PREFERRED_URL_SCHEME: very-secret",
        "AUTHENTICATION_TYPE: very-secret",
        "DISTRIBUTED_STORAGE_CONFIG: {a: [S3Storage, very-secret]}",
    ):
        assert "very-secret" not in "".join(mistakes(tmp_path, content))
