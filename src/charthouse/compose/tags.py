"""What the configuration says of tags."""

from __future__ import annotations

from charthouse.config.settings import Tags
from charthouse.services.registry.tags import TagRules
from charthouse.services.registry.timemachine import TimeMachine


def tag_rules(tags: Tags) -> TagRules:
    """Return dates and protection of tags."""
    return TagRules(
        window_ms=tags.default_expiration * 1000,
        least_ms=tags.labeled_minimum * 1000,
        most_ms=tags.labeled_maximum * 1000,
        immutable=tags.immutable,
        can_expire=tags.immutable_can_expire,
    )


def time_machine(tags: Tags) -> TimeMachine:
    """Return how long deleted tags can be brought back."""
    return TimeMachine(tags.default_expiration, tags.expiration_options, tags.expiration_changeable)
