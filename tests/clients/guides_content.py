"""Quay's guides, the steps on content: pushes, tags, the time machine, labels."""

from __future__ import annotations

import time

from tests.support.curl import same
from tests.support.tools import tool

from .guides import (
    DATE,
    REPOSITORY,
    UUID,
    Walk,
    error,
    tag_view,
)


def pushes(walk: Walk) -> None:
    shell, place = walk.curl.shell, f"{walk.host}/testorg/app"
    walk.log_in("testorg+ci", walk.robot)
    for tag, name in (("v1", "old"), ("v2", "new")):
        assert walk.crane("push", str(shell.home / name), f"{place}:{tag}").endswith(walk.images[name])
    shell.refused(tool("crane"), "push", str(shell.home / "old"), f"{walk.host}/testorg/other:v1")
    helm, ca = tool("helm4"), ("--ca-file", walk.curl.server.ca)
    shell.run(helm, "create", "app")
    shell.run(helm, "package", "app")
    login = ("registry", "login", walk.host, "--username", "testorg+ci", "--password-stdin")
    shell.run(helm, *login, *ca, stdin=walk.robot)
    shell.run(helm, "push", "app-0.1.0.tgz", f"oci://{walk.host}/testorg", *ca)
    walk.log_in("dave", walk.dave)  # who may pull, by the team
    assert walk.crane("ls", place).split() == ["0.1.0", "v1", "v2"]
    shell.refused(tool("crane"), "push", str(shell.home / "old"), f"{place}:v3")


def tags(walk: Walk) -> None:
    curl, (old, new) = walk.curl, (walk.images["old"], walk.images["new"])
    chart, *images = walk.tags()
    same(chart, tag_view("0.1.0", chart["manifest_digest"]))
    same(images, [tag_view("v2", new), tag_view("v1", old)])
    shown = curl.expect(200, "GET", REPOSITORY)["tags"]
    keys = {"size": int, "last_modified": DATE}
    same(shown["v1"], {"name": "v1", "manifest_digest": old} | keys)
    assert curl.expect(201, "PUT", f"{REPOSITORY}/tag/v1", {"manifest_digest": new}) == "Updated"
    moved = tag_view("v1", new)
    past = tag_view("v1", old) | {"end_ts": int, "expiration": DATE}
    same(walk.tags("?specificTag=v1"), [moved, past])
    same(walk.tags("?onlyActiveTags=true&filter_tag_name=eq:v1"), [moved])
    unknown = curl.expect(404, "PUT", f"{REPOSITORY}/tag/v3", {"manifest_digest": "sha256:" + "0" * 64})
    same(unknown, error(walk, 404, "not_found", "Not Found"))


def time_machine(walk: Walk) -> None:
    curl, tag, old = walk.curl, f"{REPOSITORY}/tag/v1", walk.images["old"]
    assert curl.expect(204, "DELETE", tag) is None
    same(curl.expect(404, "DELETE", tag), error(walk, 404, "not_found", "Not Found"))
    assert walk.crane("ls", f"{walk.host}/testorg/app").split() == ["0.1.0", "v2"]
    assert curl.expect(200, "POST", f"{tag}/restore", {"manifest_digest": old}) == {}
    (restored,) = walk.tags("?onlyActiveTags=true&specificTag=v1")
    same(restored, tag_view("v1", old) | {"reversion": True})
    assert walk.crane("digest", f"{walk.host}/testorg/app:v1") == old
    assert len(walk.tags("?specificTag=v1")) == 3

    end = int(time.time()) + 86_400
    assert curl.expect(201, "PUT", tag, {"expiration": end}) == "Updated"
    (dated,) = walk.tags("?onlyActiveTags=true&specificTag=v1")
    same(dated, tag_view("v1", old) | {"reversion": True, "end_ts": end, "expiration": DATE})
    curl.expect(400, "PUT", tag, {"expiration": 1})
    assert curl.expect(201, "PUT", tag, {"expiration": None}) == "Updated"
    (undated,) = walk.tags("?onlyActiveTags=true&specificTag=v1")
    same(undated, restored)


def labels(walk: Walk) -> None:
    curl, manifest = walk.curl, f"{REPOSITORY}/manifest/{walk.images['old']}"
    layer = {"index": 0, "is_remote": False, "compressed_size": int, "blob_digest": str}
    unset = dict.fromkeys(("urls", "command", "comment", "author", "created_datetime"))
    same(
        curl.expect(200, "GET", manifest),
        {
            "digest": walk.images["old"],
            "is_manifest_list": False,
            "manifest_data": str,
            "config_media_type": "application/vnd.oci.image.config.v1+json",
            "layers_compressed_size": int,
            "layers": [layer | unset],
        },
    )
    new = {"key": "stage", "value": "tested", "media_type": "text/plain"}
    made = curl.expect(201, "POST", f"{manifest}/labels", new)
    label = new | {"id": UUID, "source_type": "api"}
    same(made, {"label": label})
    same(curl.expect(200, "GET", f"{manifest}/labels?filter=st"), {"labels": [label]})
    path = f"{manifest}/labels/{made['label']['id']}"
    same(curl.expect(200, "GET", path), label)
    reserved = curl.expect(400, "POST", f"{manifest}/labels", new | {"key": "quay.stage"})
    assert reserved["error_type"] == "invalid_request"
    assert curl.expect(204, "DELETE", path) is None
    same(curl.expect(200, "GET", f"{manifest}/labels"), {"labels": []})
