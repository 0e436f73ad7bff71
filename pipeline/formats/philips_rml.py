"""Study files of Philips Sleepware G3 and Alice (.rml)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from pipeline.codes import Code
from pipeline.events import Side
from pipeline.formats import xml_tree
from pipeline.formats.doubts import left_out, old_stages
from pipeline.formats.lab_terms import normalised
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.xml_tree import Element, number
from pipeline.hypnogram import Stage
from pipeline.notices import Notice

_ROOT = "PatientStudy"
_SESSION = ("Acquisition", "Sessions", "Session")
_USER, _MACHINE = "rml:user", "rml:machine"
_STAGES = {
    "wake": Stage.W,
    "nonrem1": Stage.N1,
    "nonrem2": Stage.N2,
    "nonrem3": Stage.N3,
    "nonrem4": Stage.N3,
    "rem": Stage.R,
    "notscored": Stage.UNSCORED,
}
_STAGE_4 = "nonrem4"
_RESPIRATORY = {
    *("obstructiveapnea", "centralapnea", "mixedapnea", "apnea", "hypopnea", "rera"),
    *("obstructivehypopnea", "centralhypopnea", "mixedhypopnea"),
}
_LEG_FAMILIES = {"legmovement", "limb", "legmovements", "limbmovement"}
_PERIODIC = {"periodiclegmovement", "plm", "plms"}
_KNOWN_FAMILIES = {
    *("cardiac", "nasal", "spo2", "respiratory", "neuro", "user", "position", "bodyposition"),
    *("mask", "technician", "capno"),
}


def looks_like(content: bytes) -> bool:
    """Tell whether the root element is that of a Philips study."""
    return xml_tree.has_root(content, _ROOT)


def parse(content: bytes) -> tuple[ScoringFile, ...]:
    """Give the scorings of the file: the user's first, then the machine's.

    Stages are change points: each lasts until the next, the last until the session ends. The
    user's scoring holds all events, also those of the machine that the user let stand; the
    machine's holds its own. Without stages by a user there is only the machine's scoring, which
    then holds all events and says so.

    Raises
    ------
    ScoringError
        SCORING_SYNTAX.
    """
    root = xml_tree.parse(content)
    start, end_s = _start(root), number(root.value(*_SESSION, "Duration"))
    events = list(root.each("ScoringData", "Events", "Event"))
    users, machines = _stages_of(root, "UserStaging"), _stages_of(root, "MachineStaging")
    if not users and machines:
        return (_scoring(_MACHINE, machines, events, end_s, start),)
    own = [event for event in events if _is_machines(event)]
    first = _scoring(_USER, users, events, end_s, start)
    return (first, _scoring(_MACHINE, machines, own, end_s, start)) if machines else (first,)


def _scoring(
    source: str,
    stages: list[Element],
    events: list[Element],
    end_s: float | None,
    start: dt.datetime | None,
) -> ScoringFile:
    marks = [*_change_points(stages, end_s), *(_event(event) for event in events)]
    kept = tuple(mark for mark in marks if mark is not None)
    is_old = any(normalised(mark.text) == _STAGE_4 for mark in kept)
    notices = left_out(len(marks) - len(kept)) + old_stages(is_told=is_old)
    if source == _MACHINE:
        words = "These stages are a machine's; no person's are in the file."
        notices += (Notice(code=Code.SCORERS, where="scoring file", message=words),)
    return ScoringFile(source=source, marks=kept, start=start, notices=notices)


def _stages_of(root: Element, scorer: str) -> list[Element]:
    return _all_stages(root.each("ScoringData", "StagingData", scorer))


def _all_stages(stagings: Iterable[Element]) -> list[Element]:
    """Give the stages of the first set that has any: adult, or another rule set's element."""
    for staging in stagings:
        for rules in staging.children:
            stages = list(rules.each("Stage"))
            if stages:
                return stages
    return []


def _change_points(stages: list[Element], end_s: float | None) -> Iterator[Mark | None]:
    starts = [number(stage.attributes.get("Start", "")) for stage in stages]
    rows = [(t, s) for t, s in zip(starts, stages, strict=True) if t is not None]
    yield from [None] * (len(stages) - len(rows))
    rows.sort(key=lambda row: row[0])
    stops = [*(t for t, _ in rows[1:]), end_s]
    for (onset_s, stage), stop_s in zip(rows, stops, strict=False):
        if stop_s == onset_s:
            continue  # a change point at the very end of the session, or one that was undone
        name = stage.attributes.get("Type", "")
        yield Mark(
            kind=MarkKind.STAGE,
            onset_s=onset_s,
            duration_s=None if stop_s is None or stop_s < onset_s else stop_s - onset_s,
            stage=_STAGES.get(normalised(name), Stage.UNSCORED),
            text=name,
        )


def _event(event: Element) -> Mark | None:
    """Give the mark of an event; None where its times cannot be read."""
    onset_s = number(event.attributes.get("Start", ""))
    duration_s = number(event.attributes.get("Duration", "0"))
    if onset_s is None or duration_s is None or duration_s < 0.0:
        return None
    family, name = event.attributes.get("Family", ""), event.attributes.get("Type", "")
    return Mark(
        kind=_kind(normalised(family), normalised(name)),
        onset_s=onset_s,
        duration_s=duration_s,
        text=name,
        side=_side(event),
    )


def _kind(family: str, name: str) -> MarkKind:
    if name in _RESPIRATORY:
        return MarkKind.RESPIRATORY
    if "arousal" in name:
        return MarkKind.AROUSAL
    if family in _LEG_FAMILIES or name in _PERIODIC | _LEG_FAMILIES:
        return MarkKind.PLM if name in _PERIODIC else MarkKind.LIMB_MOVEMENT
    return MarkKind.KNOWN if family in _KNOWN_FAMILIES else MarkKind.UNKNOWN


def _side(event: Element) -> Side:
    words = normalised(" ".join(event.attributes.values()))
    sides = {side for side in (Side.LEFT, Side.RIGHT) if side.value in words}
    return sides.pop() if len(sides) == 1 else Side.UNKNOWN


def _is_machines(event: Element) -> bool:
    return normalised(event.attributes.get("Machine", "")) in {"true", "1"}


def _start(root: Element) -> dt.datetime | None:
    """Give the local start; an offset behind it is left away, as EDF knows none."""
    try:
        found = dt.datetime.fromisoformat(root.value(*_SESSION, "RecordingStart"))
    except ValueError:
        return None
    return found.replace(tzinfo=None)
