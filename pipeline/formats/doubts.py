"""What importers of scorings have to tell or to refuse, in the same words for every format."""

from __future__ import annotations

from pipeline.codes import Code
from pipeline.errors import ScoringError
from pipeline.notices import Notice

SHORTEST_EPOCH_S, LONGEST_EPOCH_S = 1.0, 120.0
_FILE, _STAGES = "scoring file", "stages"


def fault(what: str, where: str, found: str = "") -> ScoringError:
    """Give the error of a scoring that is not written as its format wants."""
    return ScoringError(
        what,
        code=Code.SCORING_SYNTAX,
        where=f"{_FILE}, {where}",
        found=found,
        remedy="Export the scoring again from the program that holds it.",
    )


def checked_epoch_s(seconds: float | None) -> float | None:
    """Give the stated length of an epoch, None where none is stated.

    Raises
    ------
    ScoringError
        SCORING_SYNTAX: a length that no scoring has.
    """
    if seconds is not None and not SHORTEST_EPOCH_S <= seconds <= LONGEST_EPOCH_S:
        raise fault("The scoring file states an impossible length of its epochs.", "epoch length")
    return seconds


def left_out(n_rows: int) -> tuple[Notice, ...]:
    """Give the notice of rows whose times cannot be read."""
    if not n_rows:
        return ()
    words = f"{n_rows} rows without a readable start or duration; left out."
    return (Notice(code=Code.SCORING_ROWS, where=_FILE, message=words),)


def old_stages(*, is_told: bool) -> tuple[Notice, ...]:
    """Give the notice of a scoring with stage 4, which is by Rechtschaffen and Kales."""
    if not is_told:
        return ()
    words = "Stages of Rechtschaffen and Kales; 3 and 4 are read as N3."
    return (Notice(code=Code.HYPNOGRAM_RK, where=_STAGES, message=words),)


def vague(n_stages: int) -> tuple[Notice, ...]:
    """Give the notice of stages that name no depth."""
    if not n_stages:
        return ()
    words = f"{n_stages} stages say only 'not R' and are unscored."
    return (Notice(code=Code.HYPNOGRAM_VAGUE, where=_STAGES, message=words),)
