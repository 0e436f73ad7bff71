"""Published result folders of drawn nights, as a scored study's are, without its signals."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from pipeline import store
from pipeline.arousal_parameters import ArousalParameters
from pipeline.config import Config
from pipeline.delay import DelayParameters
from pipeline.descents import DescentParameters, find_descents
from pipeline.events import Event, EventKind
from pipeline.hypnogram import Hypnogram, from_letters
from pipeline.lights import Lights
from pipeline.metrics import MetricInputs, MetricParameters, measure
from pipeline.night import Night
from pipeline.night_json import night_record
from pipeline.result_files import DESCENTS, EPOCHS, EVENTS, NIGHT_JSON
from pipeline.tables import descents_table, epochs_table, events_table
from pipeline.tagging import TaggingParameters, arousal_scoring, tag

VERSIONS = {"hypnic": "0.1.0"}
SETTINGS = Config().model_dump(mode="json")
DIGEST = "d" * 16


def key_of(name: str) -> str:
    """Give a study key for a word."""
    return "s" + hashlib.sha256(name.encode()).hexdigest()[:15]


def write_result(
    out: Path,
    key: str,
    letters: str,
    jerks_s: Sequence[float] | None = (),
    *,
    arousals_s: Sequence[float] = (),
    grade: str = "A",
    digest: str = DIGEST,
    version: str = "0.1.0",
    filler_bytes: int = 0,
) -> Path:
    """Publish one night; jerks of None are legs that could not be scored."""
    draft = out / ".work" / key
    draft.mkdir(parents=True)
    night = drawn(from_letters(letters), jerks_s, arousals_s, grade)
    pq.write_table(epochs_table(night), draft / EPOCHS)
    pq.write_table(events_table(night.events), draft / EVENTS)
    pq.write_table(descents_table(night), draft / DESCENTS)
    store.write_record(draft / NIGHT_JSON, night_record(night, key, VERSIONS))
    if filler_bytes:
        (draft / "report.html").write_bytes(b"x" * filler_bytes)
    target = store.night_folder(out, key, digest)
    facts = {"schema": 1, "study_key": key, "settings": SETTINGS, "versions": {"hypnic": version}}
    store.publish(draft, target, facts)
    return target


def drawn(
    hypnogram: Hypnogram,
    jerks_s: Sequence[float] | None,
    arousals_s: Sequence[float] = (),
    grade: str = "A",
) -> Night:
    """Give the night with its numbers, tagged and counted by the program itself."""
    has_legs = jerks_s is not None
    onsets_s = np.array(sorted(jerks_s or ()), np.float64)
    descents = find_descents(
        hypnogram, 0.0, hypnogram.end_s, onsets_s if has_legs else None, DescentParameters()
    )
    arousals = [_event(EventKind.AROUSAL, t, 5.0, None) for t in sorted(arousals_s)]
    jerks = [_event(EventKind.SLEEP_START, float(t), 0.2, grade) for t in onsets_s]
    scoring = arousal_scoring(arousals, hypnogram, ArousalParameters(), source="technician")
    events = tag([*jerks, *arousals], hypnogram, scoring, descents, TaggingParameters())
    scorable_s = {"leg_left": np.full(len(hypnogram), hypnogram.epoch_s)} if has_legs else {}
    inputs = MetricInputs(
        hypnogram=hypnogram,
        lights_off_s=0.0,
        lights_on_s=hypnogram.end_s,
        events=events,
        descents=descents,
        scorable_s=scorable_s,
        has_arousals=True,
    )
    return Night(
        duration_s=hypnogram.end_s,
        start_clock_s=None,
        lights=Lights(off_s=0.0, on_s=hypnogram.end_s, is_off_assumed=False, is_on_assumed=False),
        hypnogram=hypnogram,
        automatic=None,
        agreement=None,
        events=events,
        descents=descents,
        metrics=measure(inputs, MetricParameters(), DelayParameters()),
        channels=(),
        leg_conditions=(),
        scorable_s=scorable_s,
        envelopes=(),
        closeups=(),
        notices=(),
    )


def _event(kind: EventKind, onset_s: float, duration_s: float, grade: str | None) -> Event:
    return Event(kind=kind, rule_set="drawn", onset_s=onset_s, duration_s=duration_s, grade=grade)
