"""The night as XML annotations of the National Sleep Research Resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

from pipeline.edf.annotations import Annotation
from pipeline.events import Side
from pipeline.exchange import read_back
from pipeline.exchange.cells import seconds
from pipeline.exchange.parameters import LIMB_MOVEMENT, ExchangeParameters
from pipeline.exchange.scored_night import EventRow, ScoredNight, StageRow, Term
from pipeline.formats import nsrr_xml
from pipeline.formats.marks import Mark
from pipeline.hypnogram import EPOCH_S, TOLERANCE_S, Stage
from pipeline.plaintext import plain
from pipeline.statement import RESEARCH_USE, VERIFY

_STAGES = {  # EventConcept pairs of the NSRR; it keeps no stage 4 of our three
    Stage.W: "Wake|0",
    Stage.N1: "Stage 1 sleep|1",
    Stage.N2: "Stage 2 sleep|2",
    Stage.N3: "Stage 3 sleep|3",
    Stage.R: "REM sleep|5",
    Stage.MOVEMENT: "Movement|6",
    Stage.UNSCORED: "Unscored|9",
}
_SIDED = {
    (Term.LIMB_MOVEMENT, Side.LEFT): "Limb movement - left|Limb Movement (Left)",
    (Term.LIMB_MOVEMENT, Side.RIGHT): "Limb movement - right|Limb Movement (Right)",
    (Term.PLMS, Side.LEFT): "Periodic leg movement - left|PLM (Left)",
    (Term.PLMS, Side.RIGHT): "Periodic leg movement - right|PLM (Right)",
}
_CONCEPTS = {  # where no side is known or both are meant; without a concept of the NSRR, our own
    Term.HYPNIC_JERK: "Hypnic jerk|Hypnic jerk",
    Term.LIMB_MOVEMENT: "Leg movement|PLM-LM",
    Term.PLMS: "Periodic leg movement|PLM",
    Term.AROUSAL: "Arousal|Arousal ()",
    Term.ALTERNATING_ACTIVATION: "Alternating leg muscle activation|ALMA",
    Term.FOOT_TREMOR: "Hypnagogic foot tremor|HFT",
    Term.HIGH_FREQUENCY_LM: "High frequency leg movement|HFLM",
    Term.RHYTHMIC_MOVEMENT: "RMD|RMD",
}
_START = "Recording Start Time"
_STAGE_TYPE, _LIMB_TYPE, _AROUSAL_TYPE = (
    f"{word}|{word}" for word in ("Stages", "Limb Movement", "Arousals")
)


@dataclass(frozen=True, kw_only=True)
class _Row:
    kind: str
    concept: str
    start_s: float
    duration_s: float
    location: str = ""


def content(night: ScoredNight, parameters: ExchangeParameters) -> bytes:
    """Give the file.

    Equal stages that touch are one event; where the stages do not cover the record, the rest is
    ``Unscored|9``. The start of the recording has no clock time, for that could tell whose night
    it was. A technician's events are not repeated.

    References
    ----------
    Mueller, Raubertas et al., NSRR EDF editor and translator, https://sleepdata.org.
    """
    start = _Row(kind="", concept=_START, start_s=0.0, duration_s=night.duration_s)
    rows = [start, *_rows(night, parameters)]
    told = f"hypnic {night.version}: events automatic, stages {night.stage_scorer}"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<!-- {told}. {RESEARCH_USE} {VERIFY} -->",
            "<PSGAnnotation>",
            f"<SoftwareVersion>hypnic {night.version} (automatic)</SoftwareVersion>",
            f"<EpochLength>{_epoch_s(night):g}</EpochLength>",
            "<ScoredEvents>",
            *map(_element, rows),
            "</ScoredEvents>",
            "</PSGAnnotation>",
            "",
        ]
    ).encode()


def wanted(night: ScoredNight, parameters: ExchangeParameters) -> list[Annotation]:
    """Give what a reader has to find in the file."""
    return [
        read_back.annotation(
            row.start_s, row.duration_s, row.concept.partition("|")[0], row.location
        )
        for row in _rows(night, parameters)
    ]


def marks(written: bytes) -> tuple[Mark, ...]:
    """Give what the importer finds in a file."""
    return nsrr_xml.parse(written)[0].marks


def _epoch_s(night: ScoredNight) -> float:
    return night.stages[0].duration_s if night.stages else EPOCH_S


def _element(row: _Row) -> str:
    facts = [
        f"<EventType>{row.kind}</EventType>",
        f"<EventConcept>{row.concept}</EventConcept>",
        f"<Start>{seconds(row.start_s)}</Start>",
        f"<Duration>{seconds(row.duration_s)}</Duration>",
    ]
    if row.location:
        facts.append(f"<SignalLocation>{escape(row.location)}</SignalLocation>")
    return f"<ScoredEvent>{''.join(facts)}</ScoredEvent>"


def _rows(night: ScoredNight, parameters: ExchangeParameters) -> list[_Row]:
    events = (e for e in night.automatic_events if e.term in _CONCEPTS)
    others = [*_lights(night), *(_event(event, parameters) for event in events)]
    return [*_stages(night), *sorted(others, key=lambda row: (row.start_s, row.concept))]


def _lights(night: ScoredNight) -> Iterator[_Row]:
    for name, time_s in (("Lights Off", night.lights_off_s), ("Lights On", night.lights_on_s)):
        if time_s is not None:
            yield _Row(kind="", concept=f"{name}|{name}", start_s=time_s, duration_s=0.0)


def _stages(night: ScoredNight) -> Iterator[_Row]:
    reached_s = 0.0
    for stage, rows in groupby(night.stages, key=lambda row: row.stage):
        start_s, stop_s = _span(rows)
        yield from _unscored(reached_s, start_s)
        yield _stage(stage, start_s, stop_s)
        reached_s = stop_s
    yield from _unscored(reached_s, night.duration_s)


def _span(rows: Iterable[StageRow]) -> tuple[float, float]:
    run = list(rows)
    first, last = run[0], run[-1]
    return first.onset_s, last.onset_s + last.duration_s


def _unscored(start_s: float, stop_s: float) -> Iterator[_Row]:
    if stop_s - start_s > TOLERANCE_S:
        yield _stage(Stage.UNSCORED, start_s, stop_s)


def _stage(stage: Stage, start_s: float, stop_s: float) -> _Row:
    return _Row(
        kind=_STAGE_TYPE, concept=_STAGES[stage], start_s=start_s, duration_s=stop_s - start_s
    )


def _event(event: EventRow, parameters: ExchangeParameters) -> _Row:
    is_limb = event.term is Term.HYPNIC_JERK and parameters.jerk_text == LIMB_MOVEMENT
    term = Term.LIMB_MOVEMENT if is_limb else event.term
    return _Row(
        kind=_AROUSAL_TYPE if term is Term.AROUSAL else _LIMB_TYPE,
        concept=_SIDED.get((term, event.side), _CONCEPTS[term]),
        start_s=event.onset_s,
        duration_s=event.duration_s,
        location=plain((event.channel or "").strip()),
    )
