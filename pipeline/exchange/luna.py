"""The night as a Luna annotation file (.annot), stage probabilities in its last column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.edf.annotations import Annotation
from pipeline.events import Side
from pipeline.exchange import read_back
from pipeline.exchange.cells import cell, line, number, seconds
from pipeline.exchange.scored_night import EventRow, ScoredNight, StageRow, Term
from pipeline.formats import luna_annot
from pipeline.formats.marks import Mark
from pipeline.hypnogram import SCORED
from pipeline.statement import RESEARCH_USE, VERIFY

_MISSING = "."
_HEADER = ("class", "instance", "channel", "start", "stop", "meta")
_CLASSES = {  # NSRR vocabulary, https://zzz.bwh.harvard.edu/luna/ref/annotations/; else our own
    Term.HYPNIC_JERK: "hypnic_jerk",
    Term.LIMB_MOVEMENT: "LM",
    Term.PLMS: "PLM",
    Term.AROUSAL: "arousal",
    Term.ALTERNATING_ACTIVATION: "alma",
    Term.FOOT_TREMOR: "hypnagogic_foot_tremor",
    Term.HIGH_FREQUENCY_LM: "high_frequency_lm",
    Term.RHYTHMIC_MOVEMENT: "rhythmic_movement",
}
_SIDED = (Term.LIMB_MOVEMENT, Term.PLMS)
_ONE_LEG = (Side.LEFT, Side.RIGHT)
_WORDS = {
    "LM": "limb movement of one leg",
    "PLM": "periodic limb movement in sleep, legs combined",
    "alma": "alternating leg muscle activation",
    "hypnic_jerk": "candidate sleep start; instance: grade",
}
_STAGE_META = (*(f"p{stage.name}[num]" for stage in SCORED), "source[txt]")
_EVENT_META = ("stage[txt]", "side[txt]", "scorer[txt]", "amp_uv[num]", "rest_uv[num]", "z[num]",
               "stability[num]", "confidence[num]", "imi_s[num]")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    start_s: float
    stop_s: float
    instance: str = _MISSING
    channel: str = _MISSING
    meta: str = _MISSING
    declared: tuple[str, ...] = ()


def content(night: ScoredNight) -> bytes:
    """Give the file.

    Every class that occurs is declared with its meta data on a line of its own, and says there
    that it is automatic and for research only: Luna takes each line that begins with ``#`` for
    the declaration of a class, so there is no other place for a comment. Intervals are half-open,
    in seconds from the start of the recording. A technician's events are not repeated.

    References
    ----------
    Luna, annotation files, https://zzz.bwh.harvard.edu/luna/ref/annotations/.
    """
    rows = _rows(night)
    declared = {row.name: row for row in rows}
    lines = [_declaration(row, night) for _, row in sorted(declared.items())]
    lines.append(line(*_HEADER))
    lines += [
        line(row.name, row.instance, row.channel, seconds(row.start_s), seconds(row.stop_s),
             row.meta)
        for row in rows
    ]  # fmt: skip
    return "".join(lines).encode()


def wanted(night: ScoredNight) -> list[Annotation]:
    """Give what a reader has to find in the file."""
    return [
        read_back.annotation(
            row.start_s,
            row.stop_s - row.start_s,
            row.name,
            "" if row.channel == _MISSING else row.channel,
        )
        for row in _rows(night)
    ]


def marks(written: bytes) -> tuple[Mark, ...]:
    """Give what the importer finds in a file."""
    return luna_annot.parse(written)[0].marks


def _declaration(row: _Row, night: ScoredNight) -> str:
    is_stage = row.declared == _STAGE_META
    own = _WORDS.get(row.name.partition(":")[0], row.name.replace("_", " "))
    words = f"sleep stage {row.name}, probabilities automatic" if is_stage else own
    told = f"{words}; hypnic {night.version}. {RESEARCH_USE} {VERIFY}"
    return f"# {row.name} | {told} | {' '.join(row.declared)}\n"


def _rows(night: ScoredNight) -> list[_Row]:
    rows = [
        *_lights(night),
        *(_stage(row, night.stage_scorer) for row in night.stages),
        *(_event(row) for row in night.automatic_events if row.term in _CLASSES),
    ]
    return sorted(rows, key=lambda row: (row.start_s, row.name, row.channel))


def _lights(night: ScoredNight) -> Iterator[_Row]:
    for name, time_s in (("lights_off", night.lights_off_s), ("lights_on", night.lights_on_s)):
        if time_s is not None:
            yield _Row(name=name, start_s=time_s, stop_s=time_s)


def _stage(row: StageRow, source: str) -> _Row:
    known = row.probabilities or (None,) * len(SCORED)
    facts = {f"p{s.name}": number(p, "") for s, p in zip(SCORED, known, strict=True)}
    return _Row(
        name=row.stage.letter,
        start_s=row.onset_s,
        stop_s=row.onset_s + row.duration_s,
        meta=_meta(facts | {"source": source}),
        declared=_STAGE_META,
    )


def _event(row: EventRow) -> _Row:
    facts = {
        "stage": row.stage,
        "side": row.side.value,
        "scorer": row.scorer,
        "amp_uv": number(row.amplitude_uv, ""),
        "rest_uv": number(row.rest_uv, ""),
        "z": number(row.z, ""),
        "stability": number(row.stability, ""),
        "confidence": number(row.confidence, ""),
        "imi_s": number(row.imi_s, ""),
    }
    return _Row(
        name=_class(row),
        start_s=row.onset_s,
        stop_s=row.onset_s + row.duration_s,
        instance=cell(row.grade, _MISSING),
        channel=cell(row.channel, _MISSING),
        meta=_meta(facts),
        declared=_EVENT_META,
    )


def _class(row: EventRow) -> str:
    side = f":{row.side.value}" if row.term in _SIDED and row.side in _ONE_LEG else ""
    return _CLASSES[row.term] + side


def _meta(facts: Mapping[str, str]) -> str:
    """Give the pairs that are known: no value holds the signs that cut them."""
    return ";".join(f"{name}={value}" for name, value in facts.items() if value) or _MISSING
