"""One measurement in a process of its own, so that its memory and its imports are its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def in_child(module: str, way: str, path: Path) -> dict[str, float]:
    """Run ``python -m module --way WAY PATH`` and give the figures of its last line.

    The calling process must stay small: a child's peak memory begins at that of its parent.
    """
    command = [sys.executable, "-m", module, "--way", way, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
