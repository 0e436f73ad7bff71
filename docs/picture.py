"""Makes the picture of the front page anew: ``make picture``.

It is the top of a simulated night's report as Chromium shows it, with few enough colours to be
small.
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
SIZE_PX = (1200, 1500)
COLOURS = 64
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
        shot = folder / "report.png"
        subprocess.run(  # noqa: S603  our own page, in the browser that was found
            [
                browser, *QUIET, f"--user-data-dir={folder / 'profile'}",
                f"--window-size={SIZE_PX[0]},{SIZE_PX[1]}", f"--screenshot={shot}",
                (folder / "report.html").as_uri(),
            ],
            check=True, capture_output=True,
        )  # fmt: skip
        _save(shot)


def _report(folder: Path) -> str:
    """Give the page of the simulated night."""
    study, settings = folder / "study.edf", Settings()
    write_study(study, simulate(NIGHTS[NIGHT]), annotations=True)
    night = analyse(read_study(study, None, settings.montage), settings)
    return render(night, KEY, versions(), settings.report)


def _save(shot: Path) -> None:
    PICTURE.parent.mkdir(exist_ok=True)
    with Image.open(shot) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
