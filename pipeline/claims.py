"""Claims on studies: one worker at a time, on one machine or on many that share a folder.

A claim is the folder ``<out>/.work/<study>.claim`` with one empty file that bears its owner's name.
It is made in the owner's private folder and moved to its place by one rename, which fails while
another claim is there: the rename of a folder onto a full one is refused by every file system,
over network shares too. It goes with the owner's workspace, however that ends. A dead owner's
claim is swept (`pipeline.workspace`), and then taken by whoever is first.
"""

from __future__ import annotations

import errno
import time
from pathlib import Path

from pipeline.codes import Code
from pipeline.errors import PassingError
from pipeline.workspace import Watch, claim_place, sweep_into

_TAKEN = {errno.ENOTEMPTY, errno.EEXIST}
_LOOK_S = 0.2


def claim(mine: Path, study: str, watch: Watch, *, patience_s: float = 0.0) -> None:
    """Make a study this process's own until its workspace ends.

    Parameters
    ----------
    mine
        The private folder of this process.
    study
        What stands for content, settings and version of the program.
    watch
        What this process has seen of the others.
    patience_s
        How long to wait for another worker that has the study.

    Raises
    ------
    PassingError
        CLAIMED: another worker has the study and lives.
    """
    until_s = time.monotonic() + patience_s
    while not _is_placed(mine, study):
        if sweep_into(mine, watch):
            continue
        if time.monotonic() >= until_s:
            raise _claimed()
        time.sleep(_LOOK_S)


def _is_placed(mine: Path, study: str) -> bool:
    place = claim_place(mine, study)
    draft = mine / place.name
    draft.mkdir(mode=0o700, exist_ok=True)
    (draft / mine.name).touch(mode=0o600)
    try:
        draft.rename(place)
    except OSError as error:
        if error.errno not in _TAKEN and not place.exists():
            raise
    return (place / mine.name).exists()  # a share may report a failure of what it did


def _claimed() -> PassingError:
    return PassingError(
        "Another worker is scoring this study.",
        code=Code.CLAIMED,
        found="a claim whose owner gives signs of life",
        remedy="Wait for the other batch, then run it again: what is done is skipped.",
    )
