"""`python -m tools.screens`: pictures of every page and pane, in both languages and themes and three sizes, into build/screens, with
contact sheets of each. What the pictures show is inspected on the way, too (tests/browser/test_scenes.py). CHROMIUM may name a browser."""

import os
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / "build" / "screens"
SHEETS = [(language, size) for language in ("en", "zh-hans") for size in ("desktop", "tablet", "phone")]
# How wide pictures of a size are on a sheet, and how many of them it holds.
WIDTHS = {"desktop": (560, 12), "tablet": (330, 15), "phone": (240, 24)}
STYLE = "body{font:12px sans-serif;margin:8px}figure{display:inline-block;margin:4px;vertical-align:top}img{border:1px solid #888;display:block}"


def figure(picture: Path, width: int) -> str:
    """One picture with its name below."""
    return f'<figure><img src="{picture.as_uri()}" width="{width}"><figcaption>{escape(picture.stem)}</figcaption></figure>'


def sheet(pictures: list[Path], width: int) -> str:
    """A page with pictures."""
    return f"<!doctype html><style>{STYLE}</style>{''.join(figure(each, width) for each in pictures)}"


def sheets() -> None:
    """Contact sheets of all pictures, by language and size."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1760, "height": 900})
        for language, size in SHEETS:
            width, most = WIDTHS[size]
            pictures = sorted(PLACE.glob(f"{language}-*-{size}-*.png"))
            for number, first in enumerate(range(0, len(pictures), most), 1):
                made = PLACE / f"sheet-{language}-{size}-{number}.html"
                made.write_text(sheet(pictures[first : first + most], width), encoding="utf-8")
                page.goto(made.as_uri())
                page.screenshot(path=made.with_suffix(".png"), full_page=True)
                made.unlink()
        browser.close()


def main() -> int:
    """Take the pictures, and put them together; the status says whether something was wrong with what they show."""
    shutil.rmtree(PLACE, ignore_errors=True)
    env = os.environ | {"SCREENS": str(PLACE)}
    taken = subprocess.run([sys.executable, "-m", "pytest", "-q", "tests/browser/test_scenes.py"], cwd=ROOT, env=env)
    sheets()
    print(f"{len(list(PLACE.glob('*.png')))} pictures in {PLACE.relative_to(ROOT)}")
    return taken.returncode


if __name__ == "__main__":
    sys.exit(main())
