"""Makes the picture of the front page anew: ``make picture``.

It is the top of a simulated night's report, as Chromium shows it, without the tables before the
time axis, with few enough colours to be small.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from pipeline.analysis import analyse
from pipeline.edf.study_writer import write_study
from pipeline.provenance import versions
from pipeline.reading import read_study
from pipeline.report.page import render
from pipeline.settings import Settings
from pipeline.simulate.night import simulate
from pipeline.simulate.standard import NIGHTS

PICTURE = Path(__file__).parent / "pictures" / "report.png"
NIGHT = "demo_jerks"
KEY = "s0123456789abcde"  # of nobody
SIZE_PX = (1200, 1640)
LEFT_OUT = (
    "<style>#answer > .pair, #answer > .tiles + p, #answer > .pair ~ div {display: none}</style>"
)
COLOURS = 160
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def main() -> None:
    """Score the night, open its report, and write the picture."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("no chromium is installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "report.html").write_text(_report(folder), encoding="utf-8")
        _save(_shot(browser, folder))


def _shot(browser: str, folder: Path) -> Image.Image:
    """Give what the browser shows of the report."""
    file = folder / "shot.png"
    subprocess.run(  # noqa: S603  our own page, in the browser that was found
        [
            browser, *QUIET, f"--user-data-dir={folder / 'profile'}", f"--screenshot={file}",
            f"--window-size={SIZE_PX[0]},{SIZE_PX[1]}", (folder / "report.html").as_uri(),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    with Image.open(file) as shot:
        return shot.convert("RGB")


def _report(folder: Path) -> str:
    """Give the page of the simulated night."""
    study, settings = folder / "study.edf", Settings()
    write_study(study, simulate(NIGHTS[NIGHT]), annotations=True)
    night = analyse(read_study(study, None, settings.montage), settings)
    page = render(night, KEY, versions(), settings.report)
    return page.replace("</head>", f"{LEFT_OUT}</head>")


def _save(shot: Image.Image) -> None:
    PICTURE.parent.mkdir(exist_ok=True)
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
