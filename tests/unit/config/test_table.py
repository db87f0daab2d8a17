"""The table of keys holds together: with Settings, with the code that reads them, with Quay's defaults."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import charthouse
from charthouse.config.defaults import default_of, value_of, written
from charthouse.config.key import Area, Guarded, Honoured
from charthouse.config.keys.storage import ENGINES, OFFERED
from charthouse.config.keys.table import AREAS, TABLE, find
from charthouse.config.loader import load
from charthouse.config.settings import Settings
from charthouse.engines.blobs.azure import AzureStorage
from charthouse.engines.blobs.factory import LocalStorage, offered_engines
from charthouse.engines.blobs.s3_arguments import GoogleCloudStorage, RadosGWStorage, S3Storage
from charthouse.engines.metadata.factory import SERVERS

SOURCE = Path(charthouse.__file__).parent
KEYS = tuple(TABLE.values())
DERIVED = {"data", "inert", "set_up_token_made"}
"""Fields that no key sets."""


def fields() -> set[str]:
    found: set[str] = set()
    for field in msgspec.structs.fields(Settings):
        if isinstance(field.type, type) and issubclass(field.type, Area):
            found |= {f"{field.name}.{name}" for name in field.type.__struct_fields__}
        else:
            found.add(field.name)
    return found


def code() -> str:
    """Return the code outside of config."""
    files = [path for path in SOURCE.rglob("*.py") if not path.is_relative_to(SOURCE / "config")]
    return "\n".join(path.read_text() for path in files)


def test_no_name_stands_twice() -> None:
    assert len(TABLE) == sum(map(len, AREAS.values()))
    assert len(TABLE) > 350


def test_every_field_has_its_key() -> None:
    named = {key.field for key in TABLE.values() if key.field}
    assert named == fields() - DERIVED


def test_honoured_keys_are_read_by_the_code() -> None:
    """Who honours a key reads its field; a key that nobody reads is inert, or guarded."""
    everything = code()
    for key in TABLE.values():
        if isinstance(key.status, Honoured):
            read = key.field if "." in key.field else f"settings.{key.field}"
            assert re.search(rf"\b{re.escape(read)}\b", everything), f"nothing reads {key.field} ({key.name})"


def test_keys_without_effect_are_read_by_nothing() -> None:
    """What is listed as inert and does something would be trusted to do nothing, or not be trusted at all."""
    everything = code()
    for key in TABLE.values():
        if key.field and not isinstance(key.status, Honoured):
            read = key.field if "." in key.field else f"settings.{key.field}"
            assert not re.search(rf"\b{re.escape(read)}\b", everything), f"{key.name} is honoured by now"


def test_a_key_is_documented() -> None:
    for key in KEYS:
        assert key.meaning.endswith("."), key.name
        assert re.fullmatch(r"[A-Z0-9_*]+", key.name), key.name
        assert re.fullmatch(r"(3\.\d+|master)?", key.since), key.name
        assert bool(key.field) or not isinstance(key.status, Honoured), key.name
        assert (key.quay is msgspec.UNSET) == key.name.startswith("CHARTHOUSE_"), key.name


def test_quays_default_is_one_that_we_read() -> None:
    for key in KEYS:
        if key.quay is msgspec.UNSET or key.quay is None or key.name == "FEATURE_LIBRARY_SUPPORT":
            assert key.quay is None or not key.why, key.name
            continue
        quays = key.kind.read(key.quay)
        ours = default_of(key)
        if ours is not msgspec.UNSET:
            # Another default than Quay's has its reason, the same one has none.
            assert (quays == ours) != bool(key.why), key.name


def test_defaults_can_be_written_down() -> None:
    for key in KEYS:
        default = default_of(key)
        if default in (msgspec.UNSET, "", None, ("LocalHealthCheck", {})):
            continue
        assert key.kind.read(written(key, default)) == default, key.name


def test_a_guarded_key_accepts_what_is_so_anyway() -> None:
    for key in KEYS:
        if not isinstance(key.status, Guarded):
            continue
        default = default_of(key)
        harmless = {"SSL_PROTOCOLS": ["TLSv1.2", "TLSv1.3"]}.get(key.name, key.quay)
        assert key.status.accepts(key.kind.read(harmless)), key.name
        assert default is msgspec.UNSET or key.status.accepts(default), key.name
        assert key.status.why, key.name


VALUES: dict[str, Any] = {
    "true or false": "false",
    "text": "words",
    "text (secret)": "words",
    "whole number": "7",
    "duration": "90s",
    "size": "5Mi",
    "list of names": ["a", "b"],
    "list: duration": ["0s", "2w"],
    "host[:port]": "a.example.com",
    "path": "/a/b",
    "address": "https://a.example.com",
    "duration, or null": "3d",
    "whole number, or null": 5,
    "origin, or list of origins": "https://a.example.com",
}


def test_a_value_arrives_at_its_field(tmp_path: Path) -> None:
    for key in (key for key in KEYS if key.field):
        if isinstance(key.status, Guarded) or key.field == "storage" or key.kind.title not in VALUES:
            continue
        value = VALUES[key.kind.title]
        config = tmp_path / "config.yaml"
        config.write_text(msgspec.json.encode({key.name: value}).decode())
        settings = load(data=tmp_path, config=config, environment={})
        assert msgspec.convert(
            msgspec.to_builtins(settings, enc_hook=str), Settings, dec_hook=lambda kind, text: kind(text)
        )
        found = value_of(settings, key)
        if key.name == "FEATURE_LIBRARY_SUPPORT":
            assert found == "", key.name
        else:
            assert found == key.kind.read(value), key.name


def test_names_with_a_star() -> None:
    keycloak = find("KEYCLOAK_LOGIN_CONFIG")
    assert keycloak is not None
    assert keycloak.name == "*_LOGIN_CONFIG"
    github = find("GITHUB_LOGIN_CONFIG")
    assert github is not None
    assert github.name == "GITHUB_LOGIN_CONFIG"
    for name in ("_LOGIN_CONFIG", "*_LOGIN_CONFIG", "keycloak_LOGIN_CONFIG", "PYROSCOPE_", "XPYROSCOPE_A"):
        assert find(name) is None


def test_storage_engines_are_those_of_the_engines() -> None:
    assert sorted(OFFERED) == offered_engines()
    arguments: dict[str, type[msgspec.Struct]] = {
        "LocalStorage": LocalStorage,
        "S3Storage": S3Storage,
        "RadosGWStorage": RadosGWStorage,
        "GoogleCloudStorage": GoogleCloudStorage,
        "AzureStorage": AzureStorage,
    }
    for name, kind in arguments.items():
        schema = ENGINES[name].schema
        assert set(schema["properties"]) == set(kind.__struct_fields__), name
        needed = {field.name for field in msgspec.structs.fields(kind) if field.required}
        assert set(schema["required"]) == needed, name


def test_databases_are_those_of_the_engines() -> None:
    for scheme in SERVERS:
        assert TABLE["DB_URI"].kind.read(f"{scheme}://user@host/name")
    for wrong in (
        "oracle://h/d",
        "postgresql+asyncpg://h/d",
        "postgresql://h",
        "postgresql:///d",
        "sqlite://",
        "mysql://u@/d",
    ):
        with pytest.raises(ValueError, match="expected postgresql"):
            TABLE["DB_URI"].kind.read(wrong)
