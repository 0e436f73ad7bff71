"""One study from its file to its published folder; where one study's failure is caught.

Admit, stage, claim, work, publish; or fail with a reason, or stay pending after a passing fault.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import privacy, provenance, store, verdicts
from pipeline.admission import Look
from pipeline.analysis import analyse
from pipeline.claims import claim
from pipeline.errors import HypnicError, PassingError, ResultError, StudyError
from pipeline.identity import identified_notice, identity
from pipeline.inputs import Inputs, Sources, admit, stage, with_scoring
from pipeline.night import Night
from pipeline.outcome import Outcome, OutcomeStatus
from pipeline.reading import read_study
from pipeline.result_files import NIGHT_JSON
from pipeline.results import write_results
from pipeline.settings import Settings
from pipeline.workspace import Watch, workspace

OnStep = Callable[[str], None]
_KIB_PER_MIB = 1024.0


def score_study(  # noqa: PLR0913  what the command line offers
    source: Path,
    out: Path,
    settings: Settings,
    *,
    scoring: Path | None = None,
    further_parts: tuple[Path, ...] = (),
    look: Look | None = None,
    patience_s: float = 0.0,
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
    look
        An earlier look at the study's file, which spares a second one at a file that may grow.
    patience_s
        How long to wait for another worker that is scoring the same study.
    on_step
        Told of each step before it begins.
    """
    began, began_cpu = time.perf_counter(), time.process_time()
    on_step("copying")
    life = _Life(
        sources=_sources(source, scoring, further_parts, look),
        out=out,
        settings=settings,
        work=lambda inputs, mine: _scored(inputs, mine, source, out, settings, on_step),
        patience_s=patience_s,
    )
    return replace(
        _lived(life),
        wall_s=time.perf_counter() - began,
        cpu_s=time.process_time() - began_cpu,
        peak_mib=_peak_mib(),
    )


def give_up(
    source: Path,
    out: Path,
    settings: Settings,
    error: StudyError,
    *,
    scoring: Path | None = None,
    further_parts: tuple[Path, ...] = (),
) -> Outcome:
    """Quarantine a study whose process died, hung or failed beyond what it could tell.

    A study that another worker has scored meanwhile, or is scoring, is left to it.
    """

    def fail(_: Inputs, __: Path) -> Outcome:
        raise error

    sources = _sources(source, scoring, further_parts)
    return _lived(_Life(sources=sources, out=out, settings=settings, work=fail, death=error))


@dataclass(frozen=True, kw_only=True)
class _Life:
    """What is to become of one study.

    Attributes
    ----------
    work
        Done by the one worker that has the claim, with a private folder.
    patience_s
        How long to wait for the claim.
    death
        What the study's process died of: told whatever else is wrong with the study.
    """

    sources: Sources
    out: Path
    settings: Settings
    work: Callable[[Inputs, Path], Outcome]
    patience_s: float = 0.0
    death: StudyError | None = None


def _sources(
    source: Path,
    scoring: Path | None,
    further_parts: tuple[Path, ...],
    look: Look | None = None,
) -> Sources:
    given = () if scoring is None else (scoring, *further_parts)
    return Sources(study=source, scoring=given, look=look)


def _lived(life: _Life) -> Outcome:
    """Lead a study through its life; passing faults leave it pending."""
    try:
        with workspace(life.out, life.settings.run.claim_silence_s) as mine:
            try:
                return _judged(life, mine)
            except (PassingError, OSError) as error:
                return verdicts.pending(error if mine.is_dir() else verdicts.claim_lost())
    except OSError as error:
        return verdicts.pending(error)


def _judged(life: _Life, mine: Path) -> Outcome:
    """Lead a study to its result, or set it aside for a fault of its own."""
    source = life.sources.study
    unread = privacy.unread_key(source)
    key, digest = unread, None
    try:
        parts = admit(life.sources, life.settings)
        study, key = stage(source, mine)
        store.release(life.out, unread)
        inputs = with_scoring(study, key, parts, mine, life.settings)
        digest = inputs.digest
        return _claimed(life, inputs, mine)
    except (StudyError, ResultError) as error:
        fault: HypnicError = error
    except MemoryError:
        fault = verdicts.out_of_memory(life.settings.run.memory_limit_mib)
    except (OSError, PassingError):
        raise
    except Exception as error:  # noqa: BLE001 - one bad study never stops a batch
        fault = verdicts.internal_error(error)
    privacy.remember_source(key, source)
    return verdicts.set_aside(mine, life.out, key, life.death or fault, digest)


def _claimed(life: _Life, inputs: Inputs, mine: Path) -> Outcome:
    """Do the work as the only one who does, unless it has been done."""
    earlier = _earlier(inputs, life.out, life.settings)
    if earlier is not None:
        return earlier
    watch = Watch(life.settings.run.claim_silence_s)
    claim(mine, inputs.claim, watch, patience_s=life.patience_s)
    return _earlier(inputs, life.out, life.settings) or life.work(inputs, mine)


def _earlier(inputs: Inputs, out: Path, settings: Settings) -> Outcome | None:
    """Give what has been found before, by this batch or another."""
    target = inputs.target(out)
    if store.is_valid(target):
        store.release(out, inputs.key)
        notices = store.read_record(target / NIGHT_JSON)["notices"]
        codes = tuple(notice["code"] for notice in notices)
        return _done(OutcomeStatus.SKIPPED, inputs, out, codes)
    if settings.run.retry_failed:
        return None
    return verdicts.earlier_verdict(out, inputs.key, inputs.digest)


def _scored(
    inputs: Inputs, mine: Path, source: Path, out: Path, settings: Settings, on_step: OnStep
) -> Outcome:
    night = _analysed(inputs, settings, on_step)
    on_step("writing results")
    versions = provenance.versions()
    origin = versions | inputs.origin()
    if settings.report.identified:
        privacy.log_identified(inputs.key)
        night = replace(night, notices=(*night.notices, identified_notice()))
        origin = identity(source, inputs.study.path) | origin
    draft = mine / "draft"
    draft.mkdir(mode=0o700)
    write_results(draft, night, inputs.key, settings, origin)
    store.publish(draft, inputs.target(out), inputs.manifest(settings, versions))
    store.release(out, inputs.key)
    return _done(OutcomeStatus.SCORED, inputs, out, tuple(n.code for n in night.notices))


def _analysed(inputs: Inputs, settings: Settings, on_step: OnStep) -> Night:
    on_step("reading")
    study = read_study(
        inputs.study.path,
        None if inputs.scoring is None else inputs.scoring.path,
        settings.montage,
        settings.scoring,
        wants_longest=settings.night.gaps == "longest",
    )
    return analyse(study, settings, on_step=on_step)


def _done(status: OutcomeStatus, inputs: Inputs, out: Path, notices: tuple[str, ...]) -> Outcome:
    folder = inputs.target(out).relative_to(out).as_posix()
    return Outcome(status=status, study_key=inputs.key, folder=folder, notices=notices)


def _peak_mib() -> float | None:
    try:
        import resource
    except ImportError:
        return None  # Windows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (_KIB_PER_MIB if sys.platform != "darwin" else _KIB_PER_MIB**2)
