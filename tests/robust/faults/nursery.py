"""A process with all modules loaded, from which each trial forks: a fresh scorer costs a fork.

It speaks lines of JSON: a trial comes in, its process number goes out; ``go`` comes in, and how
it ended goes out. The trial itself says nothing over any pipe, so that every writing call that
it makes belongs to the study's life.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from pipeline import process
from pipeline.settings import load

_WORDS_BYTES = 1 << 16


def main() -> None:
    """Serve trials until standard input ends."""
    os.umask(0o077)
    for line in sys.stdin:
        trial = json.loads(line)
        if "warm" in trial:
            _preload(trial)
            continue
        said = mmap.mmap(-1, _WORDS_BYTES)  # shared with the trial, written without a call
        ready, go = os.pipe()
        number = os.fork()
        if number == 0:
            os.close(go)
            os.read(ready, 1)
            _score(trial, said)
        os.close(ready)
        _say({"pid": number})
        sys.stdin.readline()
        os.write(go, b"g")
        os.close(go)
        status = os.waitpid(number, 0)[1]
        words = said[:].rstrip(b"\0").decode()
        _say({"status": status, "outcome": json.loads(words) if words else None})


def _preload(trial: dict[str, Any]) -> None:
    """Score once, so that all that comes late is there before a trial begins."""
    outcome = process.score_study(Path(trial["warm"]), Path(trial["out"]), load().settings)
    _say({"loaded": outcome.status.name})


def _score(trial: dict[str, Any], said: mmap.mmap) -> None:
    try:
        os.environ["HYPNIC_HOME"] = trial["home"]
        settings = load(None, trial.get("settings", {})).settings
        outcome = process.score_study(Path(trial["source"]), Path(trial["out"]), settings)
        facts = {"status": outcome.status.name, "code": outcome.code, "message": outcome.message}
    except BaseException as error:  # noqa: BLE001 - told to the test
        facts = {"status": "RAISED", "code": type(error).__name__, "message": ""}
        facts["message"] = traceback.format_exc()
    words = json.dumps(facts).encode()
    said[: len(words)] = words
    os._exit(0)


def _say(facts: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
