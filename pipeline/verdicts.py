"""Why a study was not scored: set aside with a reason, or pending until another try."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline import provenance, store
from pipeline.codes import Code
from pipeline.errors import (
    HypnicError,
    PassingError,
    ResourceError,
    ResultError,
    StudyError,
)
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.plainfile import is_full

_N_PLACES = 6  # innermost frames named in a reason
_PARTS = ("what", "where", "found", "remedy")


def set_aside(
    mine: Path, out: Path, key: str, error: HypnicError, digest: str | None = None
) -> Outcome:
    """Quarantine a study and say so.

    Parameters
    ----------
    mine
        The private folder of this process.
    digest
        Of settings, scoring and version, where the study came so far.
    """
    reason = {
        "study_key": key,
        "result_digest": digest,
        "is_final": digest is not None and _is_final(error),
        "code": error.code,
        **{part: getattr(error, part) for part in _PARTS},
        "versions": provenance.versions(),
    }
    folder = store.quarantine(out, key, reason, mine)
    return _quarantined(folder, out, key, reason)


def earlier_verdict(out: Path, key: str, digest: str) -> Outcome | None:
    """Give what an earlier run said of the same content, settings and versions, if it is final."""
    folder = store.quarantine_folder(out, key)
    try:
        reason = store.read_record(folder / store.REASON)
    except ResultError:
        return None
    same = {"is_final": True, "result_digest": digest, "versions": provenance.versions()}
    if any(reason.get(name) != value for name, value in same.items()):
        return None
    return _quarantined(folder, out, key, reason)


def pending(error: HypnicError | OSError) -> Outcome:
    """Say that a study met a passing fault."""
    told = _io_error(error) if isinstance(error, OSError) else error
    return Outcome(
        status=OutcomeStatus.PENDING, code=told.code, message=str(told), is_worth_retrying=True
    )


def claim_lost() -> PassingError:
    """Describe that others took this worker for dead."""
    return PassingError(
        "Another worker has taken this study over.",
        code=Code.CLAIM_LOST,
        found="no sign of life from this worker for too long",
        remedy="Run it again; if it comes often, raise run.claim_silence_s.",
    )


def not_begun() -> Outcome:
    """Say that a study was not begun, since there was no room for another."""
    error = PassingError(
        "The study was not begun: the disk is full.",
        code=Code.DISK_FULL,
        found="no room for the studies before it",
        remedy="Make room, then run it again: what is done is skipped.",
    )
    return pending(error)


def out_of_memory(most_mib: int) -> ResourceError:
    """Describe that scoring met its limit of memory."""
    return ResourceError(
        "Scoring needed more memory than its limit.",
        code=Code.MEMORY_LIMIT,
        found=f"more than {most_mib} MiB",
        remedy="Raise run.memory_limit_mib, or look whether the file is far longer than a night.",
    )


def internal_error(error: Exception) -> StudyError:
    """Describe a fault of hypnic itself by type and place; its message may hold patient data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in frames]
    return StudyError(
        "hypnic met a case that it does not know.",
        code=Code.INTERNAL_ERROR,
        where=" > ".join(places[-_N_PLACES:]),
        found=type(error).__name__,
        remedy="Please report it with this reason; the study itself was not changed.",
    )


def _is_final(error: HypnicError) -> bool:
    """Tell whether the study alone is to blame, so that another try would say the same."""
    is_of_study = isinstance(error, StudyError) and not isinstance(error, ResourceError)
    return is_of_study and error.code != Code.INTERNAL_ERROR


def _quarantined(folder: Path, out: Path, key: str, reason: Mapping[str, Any]) -> Outcome:
    code = Code(reason["code"])
    message = HypnicError(code=code, **{part: reason[part] for part in _PARTS})
    return Outcome(
        status=OutcomeStatus.QUARANTINED,
        study_key=key,
        folder=folder.relative_to(out).as_posix(),
        code=code,
        message=str(message),
    )


def _io_error(error: OSError) -> PassingError:
    return PassingError(
        "Reading or writing failed.",
        code=Code.DISK_FULL if is_full(error) else Code.IO,
        found=error.strerror or type(error).__name__,
        remedy="Check the disk (room, rights, network share); then run it again.",
    )
