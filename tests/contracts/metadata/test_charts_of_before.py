"""Charts that were pushed before there were tables of them wait to be read, once the tables are made."""

from __future__ import annotations

import asyncio

import msgspec
from sqlalchemy import Connection, text

from charthouse.engines.metadata import tables
from charthouse.engines.metadata.factory import metadata_from_url, migrate
from charthouse.ports.charts import ChartFacts, ChartState

from .harness import Harness
from .world import World, image, put_command

_LATER = (
    "chart_search",
    "chart_policy",
    "keyring_key",
    "chart_entry",
    "chart_repository",
    "chart_document",
    "chart",
)
"""Tables of revisions after 0002, those first that refer to others."""
_LATER_INDEXES = {"ix_tag_history_repository_id_start_ms", "ix_tag_history_repository_id_end_ms"}


def _back_to_0002(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TABLE chart_search_words"))
    for name in _LATER:
        connection.execute(text(f"DROP TABLE {name}"))
    for index in tables.tag_history.indexes:
        if str(index.name) in _LATER_INDEXES:
            index.drop(connection)
    connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))


async def test_they_wait_and_are_shown_when_they_were_read(harness: Harness, world: World) -> None:
    alice = await world.user("alice")
    await world.push_blob("alice/web", alice, "a chart")
    await world.store.manifests.put(put_command("alice/web", alice, image("a chart"), "1.0.0"))
    await world.push_blob("alice/other", alice, "a chart")
    other = msgspec.structs.replace(image("a chart"), config_media_type="application/json")
    await world.store.manifests.put(put_command("alice/other", alice, other, "1.0.0"))
    await harness.tables(_back_to_0002)
    await asyncio.to_thread(migrate, harness.url)
    store = metadata_from_url(harness.url)
    await store.open()
    charts = store.charts
    [waiting] = await charts.pending(10)
    assert waiting.repository == "alice/web"
    facts = ChartFacts(state=ChartState.READ, tag="1.0.0", precedence="1", name="web", version="1.0.0")
    assert await charts.settle(waiting.manifest_id, facts)
    [found] = await charts.level("alice", alice)
    [version] = await charts.versions(found.repository_id, 0)
    assert (found.repository, version.tag, version.chart.facts.version) == ("alice/web", "1.0.0", "1.0.0")
    await store.close()
