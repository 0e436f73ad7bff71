"""`make faults`: every scene at its full size; exit code 1 where anything was wrong.

``python -m tests.robust.faults [kill|full|broken|batch|crowd|poison ...]``
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.robust.faults.scenes import SCENES

_TOLD = 40


def main() -> None:
    """Run the scenes that the command line names, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scenes", nargs="*", choices=[*SCENES, []], help="default: all")
    chosen = parser.parse_args().scenes or list(SCENES)
    n_wrong = 0
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix="hypnic_faults_") as place:
            os.environ["HYPNIC_HOME"] = str(Path(place) / "home")
            began = time.monotonic()
            found = SCENES[name](Path(place) / "scene")
            print(f"{name}: {found.did}; {time.monotonic() - began:.0f} s", flush=True)
        for words in found.wrong[:_TOLD]:
            print(f"  WRONG {words}", flush=True)
        n_wrong += len(found.wrong)
    print(f"{len(chosen)} scenes, {n_wrong} things wrong")
    sys.exit(1 if n_wrong else 0)


if __name__ == "__main__":
    main()
