"""Nights as exchange formats take them, by way of their tables, and the rows of each format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree as ET

from pipeline.events import Event, EventKind, Side, TaggedEvent
from pipeline.exchange import bids, luna, nsrr
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import ScoredNight, scored_night
from pipeline.hypnogram import Stage
from pipeline.legs import aasm
from pipeline.night import Night
from pipeline.night_json import night_record
from pipeline.tables import epochs_table, events_table
from tests.unit.report_night import bare_night, jerk

KEY = "s0123456789abcde"
DEFAULT = ExchangeParameters()


def exported(night: Night) -> ScoredNight:
    """Give the night as a published folder of it would."""
    record = night_record(night, KEY, {"hypnic": "0.1.0"})
    return scored_night(epochs_table(night), events_table(night.events), record)


def night_of(letters: str, *events: TaggedEvent, **facts: object) -> Night:
    night = replace(bare_night(letters, duration_s=max(60.0, 30.0 * len(letters))), events=events)
    return replace(night, **facts)  # type: ignore[arg-type]  # fields of Night


def event(kind: EventKind, onset_s: float, stage: Stage = Stage.N2, **facts: object) -> TaggedEvent:
    made = Event(kind=kind, rule_set=aasm.RULE_SET, onset_s=onset_s, duration_s=1.5)
    made = replace(made, **facts)  # type: ignore[arg-type]  # fields of Event
    return TaggedEvent(event=made, stage=stage, stage_at_offset=stage)


def annot_rows(night: ScoredNight) -> list[list[str]]:
    lines = luna.content(night).decode().splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


def tsv_rows(night: ScoredNight) -> list[dict[str, str]]:
    head, *rows = bids.events_content(night).decode().splitlines()
    return [dict(zip(head.split("\t"), row.split("\t"), strict=True)) for row in rows]


def xml_rows(night: ScoredNight, parameters: ExchangeParameters = DEFAULT) -> list[ET.Element]:
    return ET.fromstring(nsrr.content(night, parameters)).findall("ScoredEvents/ScoredEvent")  # noqa: S314  our own


def concepts(rows: Sequence[ET.Element]) -> list[str | None]:
    return [row.findtext("EventConcept") for row in rows]


JERK = jerk(10.5, channel="EMG LAT")
LM = event(EventKind.UNILATERAL_LM, 40.0, side=Side.RIGHT, channel="EMG RAT")
PLM = event(EventKind.LEG_MOVEMENT, 40.0, side=Side.RIGHT, is_plm=True)
ALL_KINDS = [
    (JERK, "Hypnic jerk@@EMG LAT", "hypnic_jerk", "Hypnic jerk|Hypnic jerk", "hypnic_jerk"),
    (LM, "Limb movement@@EMG RAT", "LM:right", "Limb movement - right|Limb Movement (Right)",
     "limb_movement"),
    (PLM, "PLMS", "PLM:right", "Periodic leg movement - right|PLM (Right)", "plms"),
    (event(EventKind.LEG_MOVEMENT, 40.0, side=Side.BILATERAL, is_plm=True), "PLMS", "PLM",
     "Periodic leg movement|PLM", "plms"),
    (event(EventKind.UNILATERAL_LM, 40.0, channel="LEGS"), "Limb movement@@LEGS", "LM",
     "Leg movement|PLM-LM", "limb_movement"),
    (event(EventKind.AROUSAL, 40.0), "EEG arousal (automatic)", "arousal", "Arousal|Arousal ()",
     "arousal"),
    (event(EventKind.RHYTHMIC_MOVEMENT, 40.0), "RMD", "rhythmic_movement", "RMD|RMD",
     "rhythmic_movement"),
]  # fmt: skip
