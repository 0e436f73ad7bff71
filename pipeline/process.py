"""One study from its file to its published folder; where one study's failure is caught."""

from __future__ import annotations

import errno
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import privacy, provenance, store
from pipeline.admission import admit_scoring, admit_study
from pipeline.analysis import analyse
from pipeline.codes import Code
from pipeline.errors import HypnicError, PassingError, ResourceError, ResultError, StudyError
from pipeline.formats import scoring_files
from pipeline.night import Night
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.reading import read_study
from pipeline.result_files import NIGHT_JSON
from pipeline.results import write_results
from pipeline.settings import Settings
from pipeline.staged import StagedStudy, stage_copy, stage_set
from pipeline.workspace import workspace

OnStep = Callable[[str], None]
_N_PLACES = 6  # innermost frames named in a reason
_KIB_PER_MIB = 1024.0


def score_study(
    source: Path,
    out: Path,
    settings: Settings,
    *,
    scoring: Path | None = None,
    further_parts: tuple[Path, ...] = (),
    on_step: OnStep = lambda _: None,
) -> Outcome:
    """Score one study and publish its night; say what became of it, whatever happens.

    Parameters
    ----------
    source
        The EDF file; it is copied first, and only the copy is read.
    out
        Folder of all results.
    scoring
        A technician's scoring in a second file of any known format, or in a folder with the files
        of one DOMINO export; it wins over the study's own.
    further_parts
        More files of that scoring, where it has several that stand in no folder of their own.
    on_step
        Told of each step before it begins.
    """
    began, began_cpu = time.perf_counter(), time.process_time()
    try:
        with workspace(out) as folder:
            on_step("copying")
            given = () if scoring is None else (scoring, *further_parts)
            outcome = _score_copy(source, out, settings, given, folder, on_step)
    except PassingError as error:
        outcome = _pending(error)
    except OSError as error:
        outcome = _pending(_io_error(error))
    return replace(
        outcome,
        wall_s=time.perf_counter() - began,
        cpu_s=time.process_time() - began_cpu,
        peak_mib=_peak_mib(),
    )


def give_up(source: Path, out: Path, settings: Settings, error: HypnicError) -> Outcome:
    """Quarantine a study whose process died, hung or failed beyond what it could tell."""
    key = privacy.unread_key(source)
    try:
        with workspace(out) as folder:
            admit_study(source, most_mib=settings.run.largest_study_mib)
            staged = stage_copy(source, folder)
            key = privacy.study_key(staged.sha256, privacy.site_secret())
    except StudyError:
        pass  # it cannot be copied; what it died of is told all the same
    except (HypnicError, OSError) as failure:
        return _pending(failure if isinstance(failure, HypnicError) else error)
    return _quarantined(out, key, error)


@dataclass(frozen=True, kw_only=True)
class _Inputs:
    """The private copies of one study's files, and the names of its results."""

    study: StagedStudy
    scoring: StagedStudy | None
    key: str
    digest: str


def _score_copy(
    source: Path,
    out: Path,
    settings: Settings,
    given: tuple[Path, ...],
    folder: Path,
    on_step: OnStep,
) -> Outcome:
    key = unread = privacy.unread_key(source)
    try:
        parts = _admit(source, given, settings)
        study = stage_copy(source, folder)
        key = privacy.study_key(study.sha256, privacy.site_secret())
        privacy.remember_source(key, source)
        store.release(out, unread)
        inputs = _inputs(study, parts, folder, settings, key)
        target = store.night_folder(out, key, inputs.digest)
        if store.is_valid(target):
            store.release(out, key)
            return _done(OutcomeStatus.SKIPPED, out, key, target, _codes_of(target))
        night = _analysed(inputs, settings, on_step)
        on_step("writing results")
        _publish(night, inputs, settings, folder / "draft", target)
    except (StudyError, ResultError) as error:
        privacy.remember_source(key, source)
        return _quarantined(out, key, error)
    except MemoryError:
        return _quarantined(out, key, _out_of_memory(settings))
    except (OSError, PassingError):
        raise
    except Exception as error:  # noqa: BLE001 - one bad study never stops a batch
        return _quarantined(out, key, internal_error(error))
    store.release(out, key)
    codes = tuple(notice.code for notice in night.notices)
    return _done(OutcomeStatus.SCORED, out, key, target, codes)


def _admit(source: Path, scoring: tuple[Path, ...], settings: Settings) -> tuple[Path, ...]:
    """Give the files of the scoring."""
    most_mib = settings.run.largest_study_mib
    admit_study(source, most_mib=most_mib)
    return admit_scoring(scoring, most_mib=most_mib)


def _inputs(
    study: StagedStudy, parts: tuple[Path, ...], folder: Path, settings: Settings, key: str
) -> _Inputs:
    if len(parts) > 1:
        copied: StagedStudy | None = stage_set(parts, folder, "scoring")
    else:
        copied = stage_copy(parts[0], folder, "scoring") if parts else None
    hashes = [] if copied is None else [copied.sha256]
    header = scoring_files.header_beside(parts[0]) if len(parts) == 1 else None
    if header is not None:
        hashes.append(stage_copy(header, folder, "scoring").sha256)
    digest = provenance.result_digest(settings.analysis_record(), ",".join(hashes) or None)
    return _Inputs(study=study, scoring=copied, key=key, digest=digest)


def _analysed(inputs: _Inputs, settings: Settings, on_step: OnStep) -> Night:
    on_step("reading")
    scoring = None if inputs.scoring is None else inputs.scoring.path
    wants_longest = settings.night.gaps == "longest"
    study = read_study(
        inputs.study.path,
        scoring,
        settings.montage,
        settings.scoring,
        wants_longest=wants_longest,
    )
    return analyse(study, settings, on_step=on_step)


def _publish(night: Night, inputs: _Inputs, settings: Settings, draft: Path, target: Path) -> None:
    versions = provenance.versions()
    draft.mkdir(mode=0o700)
    write_results(draft, night, inputs.key, settings, versions | _origin(inputs))
    store.publish(draft, target, _manifest(inputs, settings, versions))


def _origin(inputs: _Inputs) -> dict[str, str]:
    """Give what a result was made from, for the report's last lines."""
    facts = {"result_digest": inputs.digest, "input_sha256": inputs.study.sha256}
    if inputs.scoring is not None:
        facts["scoring_sha256"] = inputs.scoring.sha256
    return facts


def _manifest(inputs: _Inputs, settings: Settings, versions: dict[str, str]) -> dict[str, Any]:
    scoring = inputs.scoring
    return {
        "schema": store.SCHEMA,
        "study_key": inputs.key,
        "result_digest": inputs.digest,
        "versions": versions,
        "input": {"sha256": inputs.study.sha256, "size_bytes": inputs.study.size_bytes},
        "scoring": None
        if scoring is None
        else {"sha256": scoring.sha256, "size_bytes": scoring.size_bytes},
        "settings": settings.analysis_record(),
    }


def _done(
    status: OutcomeStatus, out: Path, key: str, target: Path, codes: tuple[str, ...]
) -> Outcome:
    folder = target.relative_to(out).as_posix()
    return Outcome(status=status, study_key=key, folder=folder, notices=codes)


def _codes_of(target: Path) -> tuple[str, ...]:
    notices = store.read_record(target / NIGHT_JSON)["notices"]
    return tuple(notice["code"] for notice in notices)


def _quarantined(out: Path, key: str, error: HypnicError) -> Outcome:
    reason = {
        "study_key": key,
        "code": error.code,
        "what": error.what,
        "where": error.where,
        "found": error.found,
        "remedy": error.remedy,
        "versions": provenance.versions(),
    }
    folder = store.quarantine(out, key, reason).relative_to(out).as_posix()
    return Outcome(
        status=OutcomeStatus.QUARANTINED,
        study_key=key,
        folder=folder,
        code=error.code,
        message=str(error),
    )


def _pending(error: HypnicError) -> Outcome:
    return Outcome(
        status=OutcomeStatus.PENDING, code=error.code, message=str(error), is_worth_retrying=True
    )


def _io_error(error: OSError) -> PassingError:
    return PassingError(
        "Reading or writing failed.",
        code=Code.DISK_FULL if error.errno == errno.ENOSPC else Code.IO,
        found=error.strerror or type(error).__name__,
        remedy="Check the disk (room, rights, network share); then run it again.",
    )


def _out_of_memory(settings: Settings) -> ResourceError:
    return ResourceError(
        "Scoring needed more memory than its limit.",
        code=Code.MEMORY_LIMIT,
        found=f"more than {settings.run.memory_limit_mib} MiB",
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


def _peak_mib() -> float | None:
    try:
        import resource
    except ImportError:
        return None  # Windows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (_KIB_PER_MIB if sys.platform != "darwin" else _KIB_PER_MIB**2)
