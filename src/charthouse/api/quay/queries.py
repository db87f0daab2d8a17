"""Query parameters as Quay's clients write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator


def _flag(value: object) -> object:
    return False if value == "" else value


Flag = Annotated[bool, BeforeValidator(_flag)]
"""True or false in any case, 1 or 0; an empty value is false."""
