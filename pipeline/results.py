"""The files of one night: tables, record, EDF+ annotations, report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.edf.annotation_writer import write_annotations
from pipeline.edf.annotations import Annotation
from pipeline.events import EventKind, TaggedEvent
from pipeline.hypnogram import SLEEP, Hypnogram, Stage
from pipeline.legs import aasm
from pipeline.night import Night
from pipeline.night_json import night_record
from pipeline.report.page import render
from pipeline.settings import Settings
from pipeline.tables import descents_table, epochs_table, events_table

NIGHT_JSON = "night.json"
REPORT = "report.html"
EPOCHS, EVENTS, DESCENTS = "epochs.parquet", "events.parquet", "descents.parquet"

_STAGE_TEXT = {  # EDF+ standard texts, edfplus.info
    Stage.W: "Sleep stage W",
    Stage.N1: "Sleep stage N1",
    Stage.N2: "Sleep stage N2",
    Stage.N3: "Sleep stage N3",
    Stage.R: "Sleep stage R",
    Stage.UNSCORED: "Sleep stage ?",
    Stage.MOVEMENT: "Movement time",
}
_EVENT_TEXT = {
    EventKind.SLEEP_START: "Hypnic jerk",  # not a standard text: the standard has none
    EventKind.UNILATERAL_LM: "Limb movement",
    EventKind.AROUSAL: "EEG arousal (automatic)",  # the standard text is for a person's scoring
    EventKind.ALTERNATING_ACTIVATION: "Alternating leg muscle activation",
    EventKind.FOOT_TREMOR: "Hypnagogic foot tremor",
    EventKind.HIGH_FREQUENCY_LM: "High frequency leg movement",
    EventKind.RHYTHMIC_MOVEMENT: "RMD",
}


def write_results(
    folder: Path, night: Night, study_key: str, settings: Settings, origin: Mapping[str, str]
) -> None:
    """Write every file of the night, except the manifest, into an empty folder.

    Parameters
    ----------
    origin
        Versions and digests of what the night was made with and from.

    Raises
    ------
    HypnicError
        The EDF+ annotations do not read back as they were written.
    """
    _write_table(folder / EPOCHS, epochs_table(night))
    _write_table(folder / EVENTS, events_table(night.events))
    _write_table(folder / DESCENTS, descents_table(night))
    store.write_record(folder / NIGHT_JSON, night_record(night, study_key, origin))
    later_s = 0.0 if night.segment is None else night.segment.start_s
    write_annotations(
        folder / f"{study_key}_annotations.edf",
        night_annotations(night),
        start=None,
        duration_s=later_s + night.duration_s,
    )
    page = render(night, study_key, origin, settings.report)
    (folder / REPORT).write_bytes(page.encode("utf-8"))


def night_annotations(night: Night) -> tuple[Annotation, ...]:
    """Give the night as EDF+ annotations: lights, stages, accepted events, by onset.

    Events on one channel carry it as ``text@@signal``; a derivation of two channels has no
    signal of that name in the recording, so its events carry none. Onsets count from the start
    of the recording even where only a part of it was scored, so that both files can be opened
    side by side.
    """
    derived = {channel.label for channel in night.channels if channel.is_derived}
    rows = [*_lights(night), *_stages(night.hypnogram), *_events(night.events, derived)]
    if night.segment is not None:
        later_s = night.segment.start_s
        rows = [replace(row, onset_s=row.onset_s + later_s) for row in rows]
    return tuple(sorted(rows, key=lambda row: (row.onset_s, row.text)))


def _lights(night: Night) -> Iterator[Annotation]:
    if not night.lights.is_off_assumed:
        yield Annotation(onset_s=night.lights.off_s, duration_s=None, text="Lights off")
    if not night.lights.is_on_assumed:
        yield Annotation(onset_s=night.lights.on_s, duration_s=None, text="Lights on")


def _stages(hypnogram: Hypnogram) -> Iterator[Annotation]:
    for onset_s, stage in zip(hypnogram.onsets_s, hypnogram.stages, strict=True):
        text = _STAGE_TEXT[Stage(int(stage))]
        yield Annotation(onset_s=float(onset_s), duration_s=hypnogram.epoch_s, text=text)


def _events(events: Iterable[TaggedEvent], derived: set[str]) -> Iterator[Annotation]:
    for tagged in events:
        event = tagged.event
        text = "PLMS" if _is_plms(tagged) else _EVENT_TEXT.get(event.kind)
        if text is None or not event.is_accepted or event.is_scored:
            continue
        link = "" if event.channel is None or event.channel in derived else f"@@{event.channel}"
        yield Annotation(onset_s=event.onset_s, duration_s=event.duration_s, text=text + link)


def _is_plms(tagged: TaggedEvent) -> bool:
    """Tell whether it is a periodic leg movement in sleep, by the AASM rules."""
    event = tagged.event
    return event.rule_set == aasm.RULE_SET and bool(event.is_plm) and tagged.stage in SLEEP


def _write_table(path: Path, table: pa.Table) -> None:
    """Write through an open file: a failed write by path would delete what was there."""
    with path.open("xb") as file:
        pq.write_table(table, file, compression="zstd", version="2.6")
