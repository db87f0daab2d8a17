"""No secret of a configuration is in anything that is told of it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from charthouse.config.entries import ConfigError, Entry
from charthouse.config.fields import read_values
from charthouse.config.keys.table import TABLE
from charthouse.config.loader import examine, load, settings_from
from charthouse.config.notes import effective, without_effect
from tests.support.secrets import SECRET, misplaced, planted


def test_where_they_belong(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(json.dumps(planted()))
    assert config.read_text().count(SECRET) > 120
    read = examine(data=tmp_path, config=config, environment={})
    assert read.mistakes == []
    settings = settings_from(read, tmp_path, first_user=True)
    assert SECRET in settings.database_secret_key
    assert SECRET in settings.storage.arguments["s3_secret_key"]
    for told in (repr(settings), str(settings), repr(effective(read, settings)), repr(without_effect(read))):
        assert SECRET not in told
    assert settings.set_up_token not in repr(settings)
    assert settings.set_up_token not in repr(effective(read, settings))


def test_kinds_hide_them() -> None:
    """What a key shows of its value, honoured or not."""
    for name, key in TABLE.items():
        value = planted().get(name)
        if value is not None:
            assert SECRET not in repr(key.kind.show(key.kind.read(value))), name


def test_in_the_wrong_place() -> None:
    for key in TABLE.values():
        name = key.name.replace("*", "OTHER")
        for value in misplaced(name, key.kind):
            for place in (Entry(value, "config.yaml:1", 1), Entry(value, "QUAY_OVERRIDE_CONFIG")):
                mistakes = read_values({name: place}, []).mistakes
                assert SECRET not in "".join(map(str, mistakes)), name
                assert SECRET not in msgspec.json.encode(mistakes).decode(), name


@pytest.mark.parametrize(
    "line", [SECRET, SECRET.upper().replace("-", "."), f"{SECRET} {SECRET}", f"X{SECRET}"]
)
def test_as_a_key(line: str) -> None:
    (mistake,) = read_values({line: Entry(line, "config.yaml:3", 3)}, []).mistakes
    assert str(mistake) == "config.yaml:3: this key is no setting"
    assert SECRET not in repr(mistake)


@pytest.mark.parametrize(
    "content",
    [
        "DB_URI: *HERE",
        "DB_URI: !HERE x",
        "DB_URI: !!python/object:HERE x",
        "DB_URI: &aHERE\nMAIL_SERVER: &aHERE [",
        "DB_URI: 'HERE",
        'DB_URI: "HERE\\q"',
        "DB_URI: [HERE",
        "DB_URI: {HERE: ",
        "DB_URI: HERE: x",
        "DB_URI: @HERE",
        "DB_URI: `HERE`",
        "DB_URI: %HERE\n%HERE x",
        "DB_URI: |HERE\n x",
        "HERE",
        "- HERE",
        "? HERE\n? HERE",
        "HERE: a\nHERE: b",
        "DB_URI: !!int HERE",
        "DB_URI: !!float HERE",
        "DB_URI: !!bool HERE",
        "DB_URI: !!timestamp HERE",
        "DB_URI: !!binary HERE",
        "DB_URI: !!map HERE",
        "DB_URI: !!set [HERE]",
        "<<: HERE",
        "DB_URI: {? [HERE] : b}",
        "BUILDLOGS_REDIS: {HERE: a, HERE: b}",
        "DB_URI:postgresql://u:HERE@h/db\nMAIL_SERVER: a",
        "\tDB_URI: HERE",
        "DB_URI: HERE\n  MAIL_SERVER: a",
        "DB_URI: HERE\x07",
        "--- HERE\n--- HERE",
        "DB_URI: &a [*a, HERE]",
    ],
)
def test_in_what_is_no_yaml(tmp_path: Path, content: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(content.replace("HERE", SECRET))
    with pytest.raises(ConfigError) as refused:
        load(data=tmp_path, config=config, environment={})
    assert SECRET not in str(refused.value)
    assert SECRET not in repr(refused.value)
    assert SECRET not in repr(refused.value.mistakes)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    "content", ['{"DB_URI": "HERE"', '["HERE"]', '"HERE"', "HERE", '{"DB_URI": HERE}', '{"HERE": 1}']
)
def test_in_the_environment(tmp_path: Path, content: str) -> None:
    environment = {
        "QUAY_OVERRIDE_CONFIG": content.replace("HERE", SECRET),
        "WORKER_COUNT": SECRET,
        "CHARTHOUSE_PULL_LOG": SECRET,
        "QUAY_DISTRIBUTED_STORAGE_PREFERENCE": SECRET,
    }
    with pytest.raises(ConfigError) as refused:
        load(data=tmp_path, environment=environment)
    assert len(refused.value.mistakes) >= 4
    assert SECRET not in str(refused.value)
