"""Takes the pictures of the console: ``make screens``, or ``make screens ARGS="home tags"`` for some.

A registry is filled and served as the browser tests have it, and every page of their list is photographed, light and
dark, on a desk and on a phone. Look at the pictures before they are landed: what you would not show a customer is
to be done again.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.harbour import harbour_in
from tests.browser.pages import AREAS, PAGES, Shown
from tests.browser.walker import Colours, Walker, Width, walking
from tools.install import program

DOCS = Path(__file__).parents[1] / "docs"
SCREENS = DOCS / "screens"
HOST = "registry.example.com"
"""What the registry is called in the pictures: the browser is told that it is this machine."""
_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")
_LOOKS: tuple[tuple[Colours, Width], ...] = (
    ("light", "desktop"),
    ("dark", "desktop"),
    ("light", "phone"),
    ("dark", "phone"),
)
_TALLEST = 2400
_COLOURS = 48


def name_of(shown: Shown, colours: str, width: str) -> str:
    """Return the file's name of a picture."""
    return f"{shown.picture}-{colours}-{width}.png"


def index() -> str:
    """Return the page that shows the pictures."""
    lines = [
        "# The console in pictures",
        "<!-- Made by `make screens`. -->",
        "Every page, light and dark, on a desk and on a phone; the browser tests walk through the same list.",
    ]
    for area, pages in AREAS.items():
        lines += [f"## {area}"]
        for shown in pages:
            whom = f"as `{shown.person}`" if shown.person else "as a stranger"
            lines += [f"### {shown.picture}", f"`{shown.address}`, {whom}"]
            lines += ["".join(_shown(name_of(shown, *look), look[1]) for look in _LOOKS)]
    return "\n\n".join(lines) + "\n"


def _shown(name: str, width: str) -> str:
    pixels = 330 if width == "desktop" else 110
    return f'<a href="screens/{name}"><img src="screens/{name}" alt="{name[:-4]}" width="{pixels}"></a> '


def main(wanted: Iterable[str]) -> None:
    """Take the pictures of the pages that are ``wanted`` by name, of all without a name; write the index."""
    chosen = [shown for shown in PAGES if not wanted or shown.picture in wanted]
    SCREENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        _take(chosen, Path(directory) / "data")
    if not wanted:
        for old in set(SCREENS.glob("*.png")) - {
            SCREENS / name_of(one, *look) for one in PAGES for look in _LOOKS
        }:
            old.unlink()
    (DOCS / "screens.md").write_text(index())


def _take(chosen: Iterable[Shown], data: Path) -> None:
    with harbour_in(data, HOST) as harbour, sync_playwright() as playwright:
        switches = [*_SWITCHES, f"--host-resolver-rules=MAP {HOST} {harbour.server.host}"]
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=switches)
        with walking(harbour, browser, lambda _: None, base_url=f"http://{HOST}") as walker:
            for shown in chosen:
                for colours, width in _LOOKS:
                    picture = _photograph(walker, shown, colours, width)
                    (SCREENS / name_of(shown, colours, width)).write_bytes(picture)
                print(shown.picture)
        browser.close()


def _photograph(walker: Walker, shown: Shown, colours: Colours, width: Width) -> bytes:
    page: Page = walker.open(shown, colours, width)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, _TALLEST)))
    small = io.BytesIO()
    _in_few_colours(picture).save(small, "PNG", optimize=True)
    return small.getvalue()


def _in_few_colours(picture: Image.Image) -> Image.Image:
    """Return the picture in the colours that it has most of, each exactly: grounds and warnings keep theirs."""
    counted = picture.getcolors(picture.width * picture.height) or []
    frequent = sorted(counted, reverse=True)[:_COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in frequent for part in cast("tuple[int, int, int]", colour)])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main(sys.argv[1:])
