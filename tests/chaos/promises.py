"""What a registry has promised its clients: the model that a storm compares it with.

A promise is either certain or not. What nothing needs becomes uncertain as soon as a sweep may have taken it,
and certain again when the registry has acknowledged that it is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from charthouse.model.digests import Digest


@dataclass
class Link:
    """A blob that a repository holds. ``kept_ms``: promised until then."""

    kept_ms: int
    certain: bool = True


@dataclass
class Stored:
    """A manifest. ``since_ms``: when it was last pushed, or lost a tag; ``hidden``: deleted."""

    content: bytes
    blobs: Sequence[Digest]
    children: Sequence[Digest]
    subject: Digest | None
    since_ms: int
    hidden: bool = False
    certain: bool = True


@dataclass
class Promises:
    """One repository's. ``window_ms``: how long deleted tags and untagged manifests are kept."""

    window_ms: int
    links: dict[Digest, Link] = field(default_factory=dict)
    manifests: dict[Digest, Stored] = field(default_factory=dict)
    tags: dict[str, Digest] = field(default_factory=dict)
    history: list[tuple[Digest, int]] = field(default_factory=list)

    # -- what clients did -------------------------------------------------------------------------------------

    def link(self, digest: Digest, kept_ms: int) -> None:
        known = self.links.get(digest)
        self.links[digest] = Link(max(kept_ms, known.kept_ms if known else 0))

    def put(self, digest: Digest, stored: Stored, tag: str) -> None:
        """A manifest was acknowledged: so is all that it names (but for children deleted on purpose)."""
        self.manifests[digest] = stored
        for blob in stored.blobs:
            self.link(blob, 0)
        for child in stored.children:
            self.manifests[child].certain = True
        if tag and self.tags.get(tag) != digest:
            if tag in self.tags:
                self.end_tag(tag, stored.since_ms)
            self.tags[tag] = digest

    def end_tag(self, tag: str, now_ms: int) -> None:
        digest = self.tags.pop(tag)
        self.history.append((digest, now_ms))
        self.manifests[digest].since_ms = now_ms

    def delete(self, digest: Digest, now_ms: int) -> None:
        for tag in [tag for tag, target in self.tags.items() if target == digest]:
            self.end_tag(tag, now_ms)
        self.manifests[digest].hidden = True
        self.manifests[digest].since_ms = now_ms

    # -- what sweeps may take ---------------------------------------------------------------------------------

    def sweep_manifests(self, now_ms: int) -> None:
        needed = self.needed(now_ms)
        for digest, stored in self.manifests.items():
            if digest not in needed:
                stored.certain = False

    def sweep_links(self, now_ms: int) -> None:
        named = {blob for stored in self.manifests.values() if stored.certain for blob in stored.blobs}
        for digest, link in self.links.items():
            if link.kept_ms < now_ms and digest not in named:
                link.certain = False

    def needed(self, now_ms: int) -> set[Digest]:
        """Return the manifests that collection must leave (ports.upkeep.Collection)."""
        before_ms = now_ms - self.window_ms
        waiting = [*self.tags.values(), *(digest for digest, end_ms in self.history if end_ms >= before_ms)]
        waiting += [digest for digest, stored in self.manifests.items() if stored.since_ms >= before_ms]
        found: set[Digest] = set()
        while waiting:
            digest = waiting.pop()
            if digest in self.manifests and digest not in found:
                found.add(digest)
                waiting += [*self.manifests[digest].children, *self.referrers(digest)]
        return found

    # -- what may be asked ------------------------------------------------------------------------------------

    def referrers(self, subject: Digest) -> Iterator[Digest]:
        return (digest for digest, stored in self.manifests.items() if stored.subject == subject)

    def may_refuse(self, stored: Stored) -> bool:
        """Tell whether something that a manifest names may be absent."""
        blobs = (self.links.get(blob) for blob in stored.blobs)
        children = (self.manifests[child] for child in stored.children)
        return any(link is None or not link.certain for link in blobs) or any(
            child.hidden or not child.certain for child in children
        )

    def must_refuse(self, stored: Stored) -> bool:
        """Tell whether something that a manifest names was deleted on purpose, or never there."""
        absent = any(blob not in self.links for blob in stored.blobs)
        return absent or any(self.manifests[child].hidden for child in stored.children)

    def live_namers(self, blob: Digest) -> list[Stored]:
        """Return the manifests, not deleted, that name a blob."""
        return [stored for stored in self.manifests.values() if blob in stored.blobs and not stored.hidden]
