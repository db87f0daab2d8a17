"""Tags: the list, one of them, what they point at, and their history."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

_TAGS = "/{repository}/-/tags"
_SETTINGS = "/{repository}/-/tags/{tag}/settings"
_MANIFEST = "/{repository}/-/manifests/{digest}"
_RESTORE = "/{repository}/-/restore"

ROUTES = (
    page(_TAGS, "tags", Permission.READ, "List tags"),
    form(_TAGS + "/review", "tags.review", Permission.WRITE, "Show what would become of several tags"),
    form(_TAGS + "/delete", "tags.delete", Permission.WRITE, "Delete several tags"),
    form(_TAGS + "/expire", "tags.expire", Permission.WRITE, "Give several tags a date"),
    page(_TAGS + "/{tag}", "tag", Permission.READ, "Show a tag"),
    page(_SETTINGS, "tag_settings", Permission.WRITE, "Show what can be done to a tag"),
    form(_SETTINGS + "/add", "tag_settings.add", Permission.WRITE, "Give a digest another tag"),
    form(_SETTINGS + "/move", "tag_settings.move", Permission.WRITE, "Move a tag to another digest"),
    form(_SETTINGS + "/expire", "tag_settings.expire", Permission.WRITE, "Give a tag a date"),
    form(_SETTINGS + "/protect", "tag_settings.protect", Permission.WRITE, "Make a tag immutable"),
    form(_SETTINGS + "/delete", "tag_settings.delete", Permission.WRITE, "Delete a tag"),
    page(_MANIFEST, "manifest", Permission.READ, "Show a manifest"),
    form(
        _MANIFEST + "/labels",
        "manifest.label",
        Permission.WRITE,
        "Give a label to a manifest",
    ),
    form(
        _MANIFEST + "/labels/delete",
        "manifest.unlabel",
        Permission.WRITE,
        "Take a label away",
    ),
    page("/{repository}/-/history", "history", Permission.READ, "Show what happened to tags"),
    page(_RESTORE, "restore", Permission.WRITE, "Show what restoring a tag would replace"),
    form(_RESTORE, "restore.confirm", Permission.WRITE, "Bring back what a tag pointed at"),
)
