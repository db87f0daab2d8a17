"""What `make bench` loads into Charthouse is what pushes would have put there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bench.corpus import Corpus
from bench.loader import PASSWORD, USER, fill_by_pushes, fill_charthouse
from tests.support.server import Person, StartServer

CORPUS = Corpus("proof", 2, 3)
CONTENT = {
    "repository": "path, public, state, description",
    "blob": "digest, size, quarantined",
    "repository_blob": "(SELECT path FROM repository WHERE id = repository_id),"
    " (SELECT digest FROM blob WHERE id = blob_id), held",
    "manifest": "(SELECT path FROM repository WHERE id = repository_id), digest, media_type, size, subject,"
    " untagged_ms IS NULL, deleted_ms IS NULL, config_media_type, artifact_type, annotations, content",
    "manifest_reference": "(SELECT digest FROM manifest WHERE id = manifest_id), digest, kind",
    "tag": "(SELECT path FROM repository WHERE id = repository_id), name,"
    " (SELECT digest FROM manifest WHERE id = manifest_id)",
}
"""Of each table what does not depend on time, on the order of commands, or on who brought it."""


def _content(data: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(f"file:{data / 'charthouse.db'}?mode=ro", uri=True) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {columns} FROM {table}"), key=repr)  # noqa: S608 -- our own words
            for table, columns in CONTENT.items()
        }


def test_what_is_loaded_equals_what_is_pushed(start_server: StartServer, tmp_path: Path) -> None:
    fill_charthouse(tmp_path / "loaded", [CORPUS], {})
    fill_charthouse(tmp_path / "pushed", [], {})
    loaded, pushed = start_server(data=tmp_path / "loaded"), start_server(data=tmp_path / "pushed")
    user = Person(USER, PASSWORD)
    fill_by_pushes(pushed.host, [CORPUS], user.basic["Authorization"])

    assert _content(loaded.data) == _content(pushed.data)
    for repository in map(CORPUS.repository, range(CORPUS.repositories)):
        for path in ("tags/list", *(f"manifests/{CORPUS.tag(number)}" for number in range(CORPUS.tags))):
            answers = [
                server.request("GET", f"/v2/{repository}/{path}", headers=user.basic)
                for server in (loaded, pushed)
            ]
            assert answers[0].status == 200
            assert answers[0].body == answers[1].body
