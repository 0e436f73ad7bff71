"""Study files of Philips Sleepware G3 and Alice (.rml)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.codes import Code
from pipeline.events import Side
from pipeline.formats import xml_tree
from pipeline.formats.doubts import left_out, old_stages
from pipeline.formats.lab_terms import normalised
from pipeline.formats.marks import Mark, MarkKind, ScoringFile
from pipeline.formats.placing import start_unknown
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

    Notes
    -----
    Lights are elements of the session; a leg movement names its signal in a child, and the
    channel list tells the signal's label.
    """
    root = xml_tree.parse(content)
    session = _session(root, content)
    events = list(root.each("ScoringData", "Events", "Event"))
    users, machines = _stages_of(root, "UserStaging"), _stages_of(root, "MachineStaging")
    if not users and machines:
        return (_scoring(_MACHINE, machines, events, session),)
    own = [event for event in events if _is_machines(event)]
    first = _scoring(_USER, users, events, session)
    return (first, _scoring(_MACHINE, machines, own, session)) if machines else (first,)


@dataclass(frozen=True, kw_only=True)
class _Session:
    """What holds for every scorer of the file; `channels` are labels by number of the signal."""

    start: dt.datetime | None
    end_s: float | None
    lights: tuple[Mark, ...]
    channels: dict[str, str]
    notices: tuple[Notice, ...]


def _session(root: Element, content: bytes) -> _Session:
    start = _start(root)
    channels = (c for group in root.each("ChannelConfig", "Channels") for c in group.children)
    n_sessions = sum(1 for _ in root.each(*_SESSION))
    told = [] if start is not None else [start_unknown()]
    if n_sessions > 1:
        words = f"The file holds {n_sessions} sessions; start, end and lights are the first's."
        told.append(Notice(code=Code.SCORING_START_UNKNOWN, where="scoring file", message=words))
    return _Session(
        start=start,
        end_s=number(root.value(*_SESSION, "Duration")),
        lights=tuple(_lights(root)),
        channels={c.attributes.get("EdfSignal", ""): c.value("Label") for c in channels},
        notices=(*xml_tree.encoding_doubt(content), *told),
    )


def _lights(root: Element) -> Iterator[Mark]:
    for tag, kind in (("LightsOff", MarkKind.LIGHTS_OFF), ("LightsOn", MarkKind.LIGHTS_ON)):
        onset_s = number(root.value(*_SESSION, tag))
        if onset_s is not None:
            yield Mark(kind=kind, onset_s=onset_s, text=tag)


def _scoring(
    source: str, stages: list[Element], events: list[Element], session: _Session
) -> ScoringFile:
    rows = [_event(event, session.channels) for event in events]
    marks = [*_change_points(stages, session.end_s), *rows, *session.lights]
    kept = tuple(mark for mark in marks if mark is not None)
    is_old = any(normalised(mark.text) == _STAGE_4 for mark in kept)
    notices = session.notices + left_out(len(marks) - len(kept)) + old_stages(is_told=is_old)
    notices += _strange(kept)
    if source == _MACHINE:
        words = "These stages are a machine's; no person's are in the file."
        notices += (Notice(code=Code.SCORERS, where="scoring file", message=words),)
    return ScoringFile(source=source, marks=kept, start=session.start, notices=notices)


def _strange(marks: Iterable[Mark]) -> tuple[Notice, ...]:
    stages = [mark for mark in marks if mark.kind is MarkKind.STAGE]
    n_strange = sum(normalised(mark.text) not in _STAGES for mark in stages)
    if not n_strange:
        return ()
    words = f"{n_strange} stages have a name that is not known and are unscored."
    return (Notice(code=Code.UNKNOWN_TEXT, where="scoring file", message=words),)


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


def _event(event: Element, channels: dict[str, str]) -> Mark | None:
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
        channel=channels.get(_signal(event), ""),
    )


def _signal(event: Element) -> str:
    """Give the number of the signal that a leg movement was scored on; it stands in a child."""
    numbers = [child.attributes.get("EdfSignal", "") for child in event.each("LegMovement")]
    return numbers[0] if numbers else event.attributes.get("EdfSignal", "")


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
