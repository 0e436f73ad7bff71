"""What the page of a batch costs over many nights: milliseconds and bytes a night.

Run by ``make bench``. The nights are copies of one whole simulated night, each under a key of its
own. Bar: 10 ms of CPU a night.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path

from pipeline import process, store
from pipeline.batch_page import PAGE, write_page
from pipeline.cli.simulating import Wanted, simulate_nights
from pipeline.settings import Settings

_RECIPE = Path(__file__).parents[2] / "sample_data" / "recipes" / "demo" / "demo_jerks.toml"
_NOT_READ = "*.edf"  # what the page does not read need not be there a thousand times


def scored_night(root: Path) -> Path:
    """Give the result folder of one whole simulated night."""
    simulate_nights(str(_RECIPE), root / "night.edf", Wanted(annotations=False))
    outcome = process.score_study(root / "night.edf", root / "one", Settings())
    return root / "one" / outcome.folder


def copies(night: Path, out: Path, n_nights: int) -> None:
    """Put the night under so many keys."""
    for number in range(n_nights):
        target = store.night_folder(out, f"s{number:016x}", night.name)
        shutil.copytree(night, target, ignore=shutil.ignore_patterns(_NOT_READ))


def main() -> None:
    """Print the cost."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--nights", type=int, default=2000)
    n_nights = arguments.parse_args().nights
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["HYPNIC_HOME"] = str(root / "home")
        copies(scored_night(root), root / "out", n_nights)
        began = time.process_time()
        found = write_page(root / "out")
        took_ms = 1000 * (time.process_time() - began) / n_nights
        size = (root / "out" / PAGE).stat().st_size / n_nights
        print(f"{found}: {took_ms:.2f} ms of CPU and {size:.0f} bytes of page a night")


if __name__ == "__main__":
    main()
