"""The views of the catalogue: every column with its type, unit and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from pipeline.columns import FLAG, REAL, TEXT, WHOLE, Column, columns
from pipeline.night_columns import DESCENT_COLUMNS, EPOCH_COLUMNS, EVENT_COLUMNS
from pipeline.result_files import DESCENTS, EPOCHS, EVENTS

SQL_TYPES: Mapping[pa.DataType, str] = {
    TEXT: "VARCHAR",
    WHOLE: "INTEGER",
    REAL: "DOUBLE",
    FLAG: "BOOLEAN",
}
NIGHT_METRICS = (
    *("trt_min", "tst_min", "sol_min", "lps_min", "n2_latency_min", "n3_latency_min"),
    *("r_latency_min", "waso_min", "sleep_efficiency_percent", "wake_min", "n1_min", "n2_min"),
    *("n3_min", "r_min", "unscored_min", "scorable_any_leg_n1_min", "jerks", "jerks_n1"),
    *("jerks_n1_per_h", "jerks_n1_expected", "jerks_n1_followed_percent", "descents"),
    *("descents_with_jerks", "descents_aborted_by_jerk", "delay_matched_s", "delay_matched_jerks"),
    *("delay_attributable_min", "arousals_per_h", "lm_aasm_v3_per_h", "plms_aasm_v3_per_h"),
    "plms_wasm_2016_per_h",
)
"""Metrics that are columns of `nights` too; `metrics` has all of them."""

KEYS = columns(
    ("study_key", TEXT, "", "key of the study: the folder under nights"),
    ("digest", TEXT, "", "digest of settings, scoring and version: the folder under the key"),
    ("is_latest", FLAG, "", "the study's latest result, by the time of its manifest"),
)


@dataclass(frozen=True, kw_only=True)
class View:
    """One view.

    Attributes
    ----------
    rows
        What a row is.
    facts
        The columns after those of `KEYS`; `quarantine` has no keys but its own.
    file
        The night's Parquet file that it is over; empty where its rows are of JSON records.
    """

    rows: str
    facts: tuple[Column, ...]
    file: str = ""
    has_keys: bool = True

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns in their order."""
        return (*KEYS, *self.facts) if self.has_keys else self.facts


_METRIC_WORDS = "the metric of that name; null: not available, metrics.reason says why"
_UNITS = {"min": "min", "s": "s", "h": "/h", "percent": "%"}


def _unit(metric: str) -> str:
    """Give the unit that a metric's name ends in; a count has none."""
    return _UNITS.get(metric.rsplit("_", 1)[-1], "")


_NIGHT = (
    *columns(
        ("hypnic_version", TEXT, "", "version of hypnic that scored it"),
        ("duration_h", REAL, "h", "length of what was scored"),
        ("start_clock_hour", WHOLE, "h", "local clock hour of the record's start; null: unknown"),
        ("segment_start_s", REAL, "s", "start of the part that was scored; null: all of it"),
        ("stage_source", TEXT, "", "stages that everything counts by: technician or auto"),
        ("lights_off_s", REAL, "s", "lights off, from the start of the record"),
        ("lights_on_s", REAL, "s", "lights on, from the start of the record"),
        ("is_lights_off_assumed", FLAG, "", "no mark: the start of the record stands for it"),
        ("is_lights_on_assumed", FLAG, "", "no mark: the end of the record stands for it"),
        ("n_warnings", WHOLE, "", "rows in warnings"),
        ("agreement_epochs", WHOLE, "", "epochs that technician and machine both staged"),
        ("agreement_percent", REAL, "%", "of these, staged alike; null: not both were there"),
        ("agreement_kappa", REAL, "", "Cohen's kappa of the two; null: not both, or not defined"),
        ("agreement_f1_n1", REAL, "0 to 1", "F1 of N1, the technician as reference"),
        ("delay_matched_low_s", REAL, "s", "lower end of the interval of delay_matched_s"),
        ("delay_matched_high_s", REAL, "s", "upper end of it"),
    ),
    *(
        Column(name=name, kind=REAL, unit=_unit(name), meaning=_METRIC_WORDS)
        for name in NIGHT_METRICS
    ),
)
_METRIC = columns(
    ("name", TEXT, "", "name of the number, with its unit as suffix"),
    ("title", TEXT, "", "name in the report"),
    ("heading", TEXT, "", "heading in the report"),
    ("value", REAL, "see unit", "null: not available, never 0 for what could not be scored"),
    ("unit", TEXT, "", "unit of value, low and high; blank: a count or a ratio"),
    ("low", REAL, "see unit", "lower end of the 95 % interval, where there is one"),
    ("high", REAL, "see unit", "upper end of it"),
    ("status", TEXT, "", "available or not_available"),
    ("reason", TEXT, "", "why it is not available; blank where it is"),
    ("doubt", TEXT, "", "why a value that is there may be wrong; blank: nothing against it"),
    ("definition", TEXT, "", "what was counted, over which time, by which rule"),
)
_CHANNEL = columns(
    ("role", TEXT, "", "role that it serves, such as eeg_c4 or leg_left"),
    ("label", TEXT, "", "label in the recording"),
    ("rate_hz", REAL, "Hz", "sampling rate"),
    ("resolution_uv", REAL, "uV", "one step of the recorder"),
    ("highpass_hz", REAL, "Hz", "high-pass filter by the header; null: none named"),
    ("lowpass_hz", REAL, "Hz", "low-pass filter by the header; null: none named"),
    ("used_for", TEXT, "", "staging, legs, chin, heart; blank: not used"),
    ("reason", TEXT, "", "why it was not used, or what limits it"),
    ("is_derived", FLAG, "", "made of two channels"),
    ("n_epochs_staged", WHOLE, "", "epochs that it took part in staging; null: not asked"),
    ("n_epochs_silent", WHOLE, "", "epochs without a signal on it; null: not asked"),
    ("n_epochs_outvoted", WHOLE, "", "epochs in which it stood alone; null: not asked"),
)
_WARNING = columns(
    ("number", WHOLE, "", "place among the night's warnings, from 1"),
    ("code", TEXT, "", "code; hypnic check --explain CODE tells what it means"),
    ("place", TEXT, "", "header field, channel role or time; blank: the whole study"),
    ("message", TEXT, "", "what was found and what was done about it"),
)
_QUARANTINE = columns(
    ("study_key", TEXT, "", "key of the study: the folder under quarantine"),
    ("code", TEXT, "", "code; hypnic check --explain CODE tells what it means"),
    ("what", TEXT, "", "why it could not be scored"),
    ("place", TEXT, "", "header field, channel or byte; blank: the whole study"),
    ("found", TEXT, "", "what stood there"),
    ("remedy", TEXT, "", "what to do about it"),
    ("hypnic_version", TEXT, "", "version of hypnic that set it aside"),
)

VIEWS: Mapping[str, View] = {
    "nights": View(rows="a scored night by one set of settings", facts=_NIGHT),
    "metrics": View(rows="a number of a night", facts=_METRIC),
    "epochs": View(rows="an epoch of a night", facts=EPOCH_COLUMNS, file=EPOCHS),
    "events": View(
        rows="an event of a night, accepted or rejected", facts=EVENT_COLUMNS, file=EVENTS
    ),
    "descents": View(rows="an attempt to fall asleep", facts=DESCENT_COLUMNS, file=DESCENTS),
    "channels": View(rows="a channel of a night that serves a role", facts=_CHANNEL),
    "warnings": View(rows="a warning of a night", facts=_WARNING),
    "quarantine": View(rows="a study that could not be scored", facts=_QUARANTINE, has_keys=False),
}
TABLE_VIEWS = tuple(name for name, view in VIEWS.items() if view.file)
RECORD_VIEWS = tuple(name for name, view in VIEWS.items() if view.has_keys and not view.file)
