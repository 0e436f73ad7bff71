"""A night as every exchange format takes it: stages, lights and accepted events.

It is made of the night's tables and record, whether they have just been computed or are read from
a published folder: both give the same bytes in every format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.events import TECHNICIAN, EventKind, Side, Status, is_scored
from pipeline.hypnogram import SLEEP, Stage
from pipeline.legs import aasm
from pipeline.night_columns import PROBABILITIES

AUTOMATIC = "auto"
_LETTERS = {stage.letter: stage for stage in Stage}
_SLEEP_LETTERS = frozenset(stage.letter for stage in SLEEP)


class Term(StrEnum):
    """What an exported event is."""

    HYPNIC_JERK = "hypnic_jerk"
    LIMB_MOVEMENT = "limb_movement"
    PLMS = "plms"  # a periodic movement in sleep, the legs combined
    AROUSAL = "arousal"
    RESPIRATORY = "respiratory_event"
    ALTERNATING_ACTIVATION = "alternating_leg_muscle_activation"
    FOOT_TREMOR = "hypnagogic_foot_tremor"
    HIGH_FREQUENCY_LM = "high_frequency_leg_movement"
    RHYTHMIC_MOVEMENT = "rhythmic_movement"


_TERMS = {
    EventKind.SLEEP_START.value: Term.HYPNIC_JERK,
    EventKind.UNILATERAL_LM.value: Term.LIMB_MOVEMENT,
    EventKind.AROUSAL.value: Term.AROUSAL,
    EventKind.RESPIRATORY.value: Term.RESPIRATORY,
    EventKind.ALTERNATING_ACTIVATION.value: Term.ALTERNATING_ACTIVATION,
    EventKind.FOOT_TREMOR.value: Term.FOOT_TREMOR,
    EventKind.HIGH_FREQUENCY_LM.value: Term.HIGH_FREQUENCY_LM,
    EventKind.RHYTHMIC_MOVEMENT.value: Term.RHYTHMIC_MOVEMENT,
}
_FACTS = ("rule_set", "onset_s", "duration_s", "channel", "stage", "grade", "amplitude_uv",
          "rest_uv", "z", "stability", "confidence", "imi_s", "is_ambiguous")  # fmt: skip
_EVENT_COLUMNS = [*_FACTS, "kind", "status", "side", "is_plm", *PROBABILITIES]
_STAGE_COLUMNS = ["onset_s", "duration_s", "stage", "automatic_stage", *PROBABILITIES]

Probabilities = tuple[float, float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """One epoch.

    Attributes
    ----------
    onset_s
        Seconds from the start of the recording.
    stage, automatic
        The stage that everything counts by, and the automatic one; None where there is none.
    probabilities
        Of W, N1, N2, N3, R, automatic whoever staged; None where not estimated.
    """

    onset_s: float
    duration_s: float
    stage: Stage
    automatic: Stage | None = None
    probabilities: Probabilities | None = None


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """One accepted event; what is not known is None.

    Attributes
    ----------
    scorer
        ``auto:VERSION`` or ``technician``.
    onset_s
        Seconds from the start of the recording.
    channel
        Label of the lead; None for both legs together.
    is_derived
        The lead is made of two channels, so that the recording has no signal of that name.
    stage
        Letter of the stage of the epoch that holds the onset.
    """

    term: Term
    scorer: str
    rule_set: str
    onset_s: float
    duration_s: float
    side: Side = Side.UNKNOWN
    channel: str | None = None
    is_derived: bool = False
    stage: str = "?"
    probabilities: Probabilities | None = None
    grade: str | None = None
    amplitude_uv: float | None = None
    rest_uv: float | None = None
    z: float | None = None
    stability: float | None = None
    confidence: float | None = None
    imi_s: float | None = None
    is_ambiguous: bool | None = None

    @property
    def is_automatic(self) -> bool:
        """Whether this program found it, rather than a scoring file holding it."""
        return self.scorer != TECHNICIAN


@dataclass(frozen=True, kw_only=True)
class ScoredNight:
    """What is exported of one night; every time counts from the start of the recording.

    Attributes
    ----------
    duration_s
        From the start of the recording to the end of what was scored.
    lights_off_s, lights_on_s
        None where nobody marked them.
    stage_source
        Who staged: ``technician`` or ``auto``.
    stages, events
        By onset.
    """

    study_key: str
    version: str
    duration_s: float
    lights_off_s: float | None
    lights_on_s: float | None
    stage_source: str
    stages: tuple[StageRow, ...]
    events: tuple[EventRow, ...]

    @property
    def automatic_events(self) -> tuple[EventRow, ...]:
        """The events that this program found: a technician's stand in a file of their own."""
        return tuple(event for event in self.events if event.is_automatic)

    @property
    def automatic_scorer(self) -> str:
        """Name of this program as a scorer."""
        return f"{AUTOMATIC}:{self.version}"

    @property
    def stage_scorer(self) -> str:
        """Who staged, as a scorer."""
        return self.automatic_scorer if self.stage_source == AUTOMATIC else self.stage_source


def scored_night(epochs: pa.Table, events: pa.Table, record: Mapping[str, Any]) -> ScoredNight:
    """Give the night that the tables and the record of a result folder hold.

    Onsets are moved to the start of the recording where only a part of it was scored, so that
    recording and export can be opened side by side.
    """
    version, segment = str(record["hypnic_version"]), record["segment"]
    later_s = 0.0 if segment is None else float(segment["start_s"])
    derived = {channel["label"] for channel in record["channels"] if channel["is_derived"]}
    rows = [_event(row, later_s, version, derived) for row in _accepted(events)]
    return ScoredNight(
        study_key=str(record["study_key"]),
        version=version,
        duration_s=later_s + float(record["duration_s"]),
        lights_off_s=_light(record["lights"], "off", later_s),
        lights_on_s=_light(record["lights"], "on", later_s),
        stage_source=str(record["stage_source"]),
        stages=tuple(_stage(row, later_s) for row in epochs.select(_STAGE_COLUMNS).to_pylist()),
        events=tuple(sorted(rows, key=lambda row: (row.onset_s, row.term, row.channel or ""))),
    )


def _accepted(events: pa.Table) -> Iterator[Mapping[str, Any]]:
    """Give the accepted rows that are exported; the combined legs only where they are PLMS."""
    kinds = pa.array([*_TERMS, EventKind.LEG_MOVEMENT.value])
    is_wanted = pc.and_(
        pc.equal(events["status"], Status.ACCEPTED.value), pc.is_in(events["kind"], kinds)
    )
    for row in events.filter(is_wanted).select(_EVENT_COLUMNS).to_pylist():
        if row["kind"] != EventKind.LEG_MOVEMENT.value or _is_plms(row):
            yield row


def _is_plms(row: Mapping[str, Any]) -> bool:
    """Tell whether it is a periodic leg movement in sleep, by the AASM rules."""
    is_plm = row["rule_set"] == aasm.RULE_SET and bool(row["is_plm"])
    return is_plm and row["stage"] in _SLEEP_LETTERS


def _event(row: Mapping[str, Any], later_s: float, version: str, derived: set[str]) -> EventRow:
    event = EventRow(
        term=_term(row),
        scorer=TECHNICIAN if is_scored(row["rule_set"]) else f"{AUTOMATIC}:{version}",
        side=Side(row["side"]),
        is_derived=row["channel"] in derived,
        probabilities=_probabilities(row),
        **{name: row[name] for name in _FACTS},
    )
    return replace(event, onset_s=event.onset_s + later_s)


def _term(row: Mapping[str, Any]) -> Term:
    is_movement = row["kind"] in (EventKind.LEG_MOVEMENT.value, EventKind.UNILATERAL_LM.value)
    return Term.PLMS if is_movement and row["is_plm"] else _TERMS[row["kind"]]


def _stage(row: Mapping[str, Any], later_s: float) -> StageRow:
    return StageRow(
        onset_s=row["onset_s"] + later_s,
        duration_s=row["duration_s"],
        stage=_LETTERS[row["stage"]],
        automatic=_LETTERS.get(row["automatic_stage"]),
        probabilities=_probabilities(row),
    )


def _probabilities(row: Mapping[str, Any]) -> Probabilities | None:
    found = tuple(row[name] for name in PROBABILITIES)
    return None if None in found else found


def _light(lights: Mapping[str, Any], which: str, later_s: float) -> float | None:
    return None if lights[f"is_{which}_assumed"] else lights[f"{which}_s"] + later_s
