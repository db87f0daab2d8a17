"""What a key of the configuration is: its name, its kind, where it goes, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from .values import Kind


class Honoured(msgspec.Struct, frozen=True):
    """The code keeps to the key: it reads its field of Settings."""


class Inert(msgspec.Struct, frozen=True):
    """The key has no effect yet: it is checked, and a start that finds it names it.

    ``later`` is the part that will honour it. ``as_is`` is the value that asks for what is so anyway: it is not
    worth a warning. For ``FEATURE_…`` flags that is false unless said otherwise.
    """

    later: str
    as_is: Any = msgspec.UNSET


class Guarded(msgspec.Struct, frozen=True):
    """The key has no effect yet and protects something: only what ``accepts`` says yes to is accepted.

    ``shown`` tells that value; ``why`` says what another value would leave unprotected, and what to do.
    """

    accepts: Callable[[Any], bool]
    shown: str
    why: str
    schema: Mapping[str, Any]
    """JSON Schema of what is accepted, within what the key's kind accepts."""


class LeftOut(msgspec.Struct, frozen=True):
    """The key will never have an effect: it is checked and named like an inert one. ``why``: the reason."""

    why: str
    as_is: Any = msgspec.UNSET


Status = Honoured | Inert | Guarded | LeftOut
HONOURED = Honoured()


def only(value: str | bool, why: str) -> Guarded:
    """Return the status of a key of which only one value is accepted yet."""
    if not isinstance(value, bool):
        return Guarded(lambda found: bool(found == value), str(value), why, {"const": value})
    word = str(value).lower()
    textual = "".join(f"[{letter.upper()}{letter}]" for letter in word)
    schema = {"anyOf": [{"const": value}, {"type": "string", "pattern": rf"^\s*{textual}\s*$"}]}
    return Guarded(lambda found: found is value, word, why, schema)


class Key(msgspec.Struct, frozen=True):
    """One key. The name may hold a ``*`` for any text (``*_LOGIN_CONFIG``)."""

    name: str
    kind: Kind
    meaning: str
    """What it is for, in which unit; a sentence or two, fit for a table in Markdown."""
    field: str = ""
    """Where the value goes in Settings (``people.rename``); "" when nothing reads it."""
    quay: Any = msgspec.UNSET
    """Quay's default, as a file has it; None when it has none, UNSET for a key that Quay does not have."""
    since: str = ""
    """The first version of Quay with the key, when that is later than 3.7; ``master``: in none yet."""
    why: str = ""
    """Why our default is not Quay's."""
    status: Status = HONOURED
    environment: bool = False
    """An environment variable of the same name sets it too."""

    @property
    def as_is(self) -> Any:
        """Return the value of an inert key that asks for what is so anyway; UNSET when there is none."""
        if not isinstance(self.status, (Inert, LeftOut)):
            return msgspec.UNSET
        if self.status.as_is is msgspec.UNSET and self.name.startswith("FEATURE_"):
            return False
        return self.status.as_is


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the settings. Shown without its texts, any of which may be a secret."""

    def __repr__(self) -> str:
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        plain = (bool, int, float, type(None), msgspec.Struct)
        shown = (f"{name}={value!r}" if isinstance(value, plain) else f"{name}=…" for name, value in values)
        return f"{type(self).__name__}({', '.join(shown)})"
