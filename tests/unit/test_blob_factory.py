"""Choosing a blob engine by its configured name: a wrong name or argument is told, a secret is not."""

from __future__ import annotations

from typing import Any

import pytest

from charthouse.engines.blobs.factory import blob_store_from


def test_an_unknown_engine_lists_the_known() -> None:
    with pytest.raises(ValueError, match=r"'Floppy' is not known; known are .*LocalStorage"):
        blob_store_from("Floppy", {})


@pytest.mark.parametrize("arguments", [{}, {"storage_path": 3}, {"storage_path": "/x", "colour": "red"}])
def test_wrong_arguments_are_named(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="arguments of storage engine LocalStorage"):
        blob_store_from("LocalStorage", arguments)
