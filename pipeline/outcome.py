"""What became of one study: the small record that runners, flows and the command line share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class OutcomeStatus(StrEnum):
    """What became of a study."""

    SCORED = "scored"
    SKIPPED = "already scored"
    QUARANTINED = "quarantined"
    PENDING = "pending"  # a passing fault: try again later


class ExitCode(IntEnum):
    """What a run answers to the shell."""

    GOOD = 0
    QUARANTINED = 1
    FAILED = 2


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one study; holds no name, no path and no date of the patient's.

    Attributes
    ----------
    study_key
        Key of the study; empty when not even its content could be read.
    folder
        Folder of the result or of the reason, relative to the output folder.
    code, message
        Why it was not scored.
    notices
        Codes of the warnings that travel with the night.
    wall_s, cpu_s, peak_mib
        Seconds and the largest memory that the study took.
    is_worth_retrying
        A passing fault, or a child that died or hung.
    """

    status: OutcomeStatus
    study_key: str = ""
    folder: str = ""
    code: str = ""
    message: str = ""
    notices: tuple[str, ...] = ()
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mib: float | None = None
    is_worth_retrying: bool = False

    @property
    def is_done(self) -> bool:
        """Whether there is a result."""
        return self.status in (OutcomeStatus.SCORED, OutcomeStatus.SKIPPED)


def exit_code(outcomes: list[Outcome]) -> ExitCode:
    """Give the exit code of a run over these studies."""
    statuses = {outcome.status for outcome in outcomes}
    if OutcomeStatus.PENDING in statuses:
        return ExitCode.FAILED
    return ExitCode.QUARANTINED if OutcomeStatus.QUARANTINED in statuses else ExitCode.GOOD
