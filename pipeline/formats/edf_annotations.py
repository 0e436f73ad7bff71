"""A technician's scoring from EDF+ annotations, by the standard texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline import aliases
from pipeline.codes import Code
from pipeline.events import Event, EventKind, Side
from pipeline.formats.edf_stages import STAGES, StageRow, to_hypnogram
from pipeline.hypnogram import EPOCH_S, Stage
from pipeline.notices import Notice
from pipeline.scoring import Scoring

RULE_SET = "technician"
_AROUSALS = {"eeg arousal", "arousal"}
_RESPIRATORY = {
    *("apnea", "obstructive apnea", "central apnea", "mixed apnea"),
    *("hypopnea", "obstructive hypopnea", "central hypopnea", "rera"),
    *("apnoea", "obstructive apnoea", "central apnoea", "mixed apnoea"),
    *("hypopnoea", "obstructive hypopnoea", "central hypopnoea"),
}
_MOVEMENTS = {"limb movement", "plms"}
_LIGHTS_OFF, _LIGHTS_ON = "lights off", "lights on"
# Standard texts that nothing here is made of; they are known, so they are no cause for a notice.
_OTHERS = {
    *("hypoventilation", "periodic breathing", "cs breathing", "sinus tachycardia"),
    *("wc tachycardia", "nc tachycardia", "bradycardia", "asystole", "atrial fibrillation"),
    *("bruxism", "rbd", "rmd"),
}
_KINDS = {
    **dict.fromkeys(_AROUSALS, EventKind.AROUSAL),
    **dict.fromkeys(_RESPIRATORY, EventKind.RESPIRATORY),
    **dict.fromkeys(_MOVEMENTS, EventKind.UNILATERAL_LM),
}
_SIDES = {
    key: side
    for side, role in ((Side.LEFT, "leg_left"), (Side.RIGHT, "leg_right"))
    for key in (aliases.normalise(label) for label in aliases.RECORDED[role])
}


class Annotated(Protocol):
    """What is needed of an annotation; `pipeline.edf.annotations.Annotation` has it."""

    @property
    def onset_s(self) -> float:
        """Seconds from the start of the record."""

    @property
    def duration_s(self) -> float | None:
        """None where the file gives none."""

    @property
    def text(self) -> str:
        """As written."""


@dataclass(frozen=True, kw_only=True)
class _Row:
    onset_s: float
    duration_s: float | None
    text: str  # lower case, single blanks, without the signal
    signal: str


def to_scoring(
    annotations: Iterable[Annotated],
    duration_s: float,
    *,
    shift_s: float = 0.0,
    labels: Collection[str] = (),
) -> Scoring:
    """Give the scoring that the annotations hold; what is no standard text is counted, not kept.

    Parameters
    ----------
    duration_s
        Length of the record that was scored; a file of annotations alone does not know it.
    shift_s
        Start of the annotation file less start of the record, where they are two files.
    labels
        The record's channel labels; a signal named behind ``@@`` is kept only if it is one of
        them or in the alias table, for it could be anything.

    References
    ----------
    EDF+ standard texts; EDF+ 2.2.4 for ``text@@signal``.
    """
    rows = [_row(a, shift_s) for a in annotations]
    hypnogram, stage_notices = to_hypnogram(
        [
            StageRow(onset_s=r.onset_s, duration_s=r.duration_s, text=r.text)
            for r in rows
            if r.text in STAGES
        ],
        duration_s,
    )
    inside = [r for r in rows if r.text in _KINDS and 0.0 <= r.onset_s < duration_s]
    return Scoring(
        hypnogram=hypnogram,
        lights_off_s=_light(rows, _LIGHTS_OFF, duration_s, is_last=False),
        lights_on_s=_light(rows, _LIGHTS_ON, duration_s, is_last=True),
        arousals=_events(inside, EventKind.AROUSAL, labels),
        respiratory=_events(inside, EventKind.RESPIRATORY, labels),
        movements=_events(inside, EventKind.UNILATERAL_LM, labels),
        notices=stage_notices + _notices(rows, inside),
    )


def stage_spans(
    annotations: Iterable[Annotated], shift_s: float = 0.0
) -> list[tuple[float, float]]:
    """Give start and stop of each stage annotation, unscored ones left out, moved by `shift_s`."""
    rows = [_row(a, shift_s) for a in annotations]
    return [
        (r.onset_s, r.onset_s + (r.duration_s or EPOCH_S))
        for r in rows
        if STAGES.get(r.text, Stage.UNSCORED) is not Stage.UNSCORED
    ]


def _row(annotation: Annotated, shift_s: float) -> _Row:
    text, _, signal = annotation.text.partition("@@")
    return _Row(
        onset_s=annotation.onset_s + shift_s,
        duration_s=annotation.duration_s,
        text=" ".join(text.casefold().split()),
        signal=signal.strip(),
    )


def _light(rows: Sequence[_Row], text: str, duration_s: float, *, is_last: bool) -> float | None:
    """Give the first lights off and the last lights on; times outside are set to the ends."""
    times = [min(max(r.onset_s, 0.0), duration_s) for r in rows if r.text == text]
    if not times:
        return None
    return max(times) if is_last else min(times)


def _events(
    rows: Sequence[_Row], kind: EventKind, labels: Collection[str]
) -> tuple[Event, ...] | None:
    """Give the events of one kind in time order; None where none is: perhaps never scored."""
    chosen = sorted((r for r in rows if _KINDS[r.text] is kind), key=lambda r: r.onset_s)
    if not chosen:
        return None
    return tuple(_event(row, kind, labels) for row in chosen)


def _event(row: _Row, kind: EventKind, labels: Collection[str]) -> Event:
    key = aliases.normalise(row.signal)
    is_known = row.signal in labels or key in aliases.ALL_KEYS
    return Event(
        kind=kind,
        rule_set=RULE_SET,
        onset_s=row.onset_s,
        duration_s=row.duration_s or 0.0,
        side=_SIDES.get(key, Side.UNKNOWN) if kind is EventKind.UNILATERAL_LM else Side.UNKNOWN,
        channel=row.signal if row.signal and is_known else None,
        is_plm=True if row.text == "plms" else None,
    )


def _notices(rows: Sequence[_Row], inside: Sequence[_Row]) -> tuple[Notice, ...]:
    known = {*STAGES, *_KINDS, *_OTHERS, _LIGHTS_OFF, _LIGHTS_ON}
    n_unknown = sum(r.text not in known for r in rows)
    n_outside = sum(r.text in _KINDS for r in rows) - len(inside)
    n_endless = sum(not r.duration_s for r in inside)
    lights = Counter(r.text for r in rows if r.text in {_LIGHTS_OFF, _LIGHTS_ON})
    found = []
    if n_unknown:
        found.append(
            (Code.UNKNOWN_TEXT, f"{n_unknown} annotations are no standard text; left out.")
        )
    if n_outside:
        found.append((Code.OUTSIDE_RECORD, f"{n_outside} events outside of the record; left out."))
    if n_endless:
        found.append((Code.NO_DURATION, f"{n_endless} events without a duration; taken as 0 s."))
    if any(count > 1 for count in lights.values()):
        found.append((Code.LIGHTS, "Lights marked more than once; first off and last on are used."))
    return tuple(Notice(code=code, where="annotations", message=text) for code, text in found)
