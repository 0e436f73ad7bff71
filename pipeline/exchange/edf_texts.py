"""The night as EDF+ annotations: standard texts where there are any, ``text@@signal``."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.edf.annotations import Annotation
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import EventRow, ScoredNight, Term
from pipeline.hypnogram import Stage

_STAGE_TEXT = {  # EDF+ standard texts, edfplus.info
    Stage.W: "Sleep stage W",
    Stage.N1: "Sleep stage N1",
    Stage.N2: "Sleep stage N2",
    Stage.N3: "Sleep stage N3",
    Stage.R: "Sleep stage R",
    Stage.UNSCORED: "Sleep stage ?",
    Stage.MOVEMENT: "Movement time",
}
_EVENT_TEXT = {  # those of jerks, trains and automatic arousals are no standard texts
    Term.LIMB_MOVEMENT: "Limb movement",
    Term.PLMS: "PLMS",
    Term.AROUSAL: "EEG arousal (automatic)",  # the standard text is for a person's scoring
    Term.ALTERNATING_ACTIVATION: "Alternating leg muscle activation",
    Term.FOOT_TREMOR: "Hypnagogic foot tremor",
    Term.HIGH_FREQUENCY_LM: "High frequency leg movement",
    Term.RHYTHMIC_MOVEMENT: "RMD",
}


def to_annotations(night: ScoredNight, parameters: ExchangeParameters) -> tuple[Annotation, ...]:
    """Give lights, stages and automatic events, by onset.

    Events on one channel carry it as ``text@@signal``; a derivation of two channels has no
    signal of that name in the recording, so its events carry none. A technician's events are not
    repeated: they stand in a file of their own.

    References
    ----------
    EDF+ 2.2.4 and standard texts, edfplus.info.
    """
    rows = [*_lights(night), *_stages(night), *_events(night, parameters)]
    return tuple(sorted(rows, key=lambda row: (row.onset_s, row.text)))


def _lights(night: ScoredNight) -> Iterator[Annotation]:
    for text, time_s in (("Lights off", night.lights_off_s), ("Lights on", night.lights_on_s)):
        if time_s is not None:
            yield Annotation(onset_s=time_s, duration_s=None, text=text)


def _stages(night: ScoredNight) -> Iterator[Annotation]:
    for row in night.stages:
        text = _STAGE_TEXT[row.stage]
        yield Annotation(onset_s=row.onset_s, duration_s=row.duration_s, text=text)


def _events(night: ScoredNight, parameters: ExchangeParameters) -> Iterator[Annotation]:
    texts = _EVENT_TEXT | {Term.HYPNIC_JERK: parameters.jerk_text}
    for event in night.automatic_events:
        if event.term in texts:
            text = texts[event.term] + _link(event)
            yield Annotation(onset_s=event.onset_s, duration_s=event.duration_s, text=text)


def _link(event: EventRow) -> str:
    return "" if event.channel is None or event.is_derived else f"@@{event.channel}"
