"""The files of a cohort: tidy tables with every column explained, and one page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from pipeline import cohort_rows
from pipeline.cohort import LATENCIES, Cohort
from pipeline.cohort_rows import Rows
from pipeline.columns import FLAG, REAL, TEXT, WHOLE, Column, schema
from pipeline.report.cohort import render_cohort
from pipeline.table_files import replacing, write_table

PAGE = "cohort.html"

_TEXT, _INT, _REAL, _BOOL = TEXT, WHOLE, REAL, FLAG


def _columns(*rows: tuple[str, pa.DataType, str]) -> tuple[Column, ...]:
    return tuple(Column(name=name, kind=kind, meaning=meaning) for name, kind, meaning in rows)


_PERSON = ("person", _TEXT, "participant: a keyed pseudonym, or the table's own word")
_LOW = ("low", _REAL, "lower end of the interval at the configured confidence")
_HIGH = ("high", _REAL, "upper end of that interval")
_REASON = ("reason", _TEXT, "why a value is absent; null where it is there")
_RATE = (
    ("n_jerks_n1", _INT, "candidate sleep starts of the leading grades in N1"),
    ("n1_h", _REAL, "hours of N1 with at least one scorable leg"),
    ("jerks_n1_per_h", _REAL, "the one over the other, per hour"),
    (
        "jerks_n1_per_h_low",
        _REAL,
        "lower end of its interval: exact Poisson; groups: by person",
    ),
    ("jerks_n1_per_h_high", _REAL, "upper end of that interval"),
)

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "persons": _columns(
        _PERSON,
        ("n_nights", _INT, "scored nights"),
        ("n_nights_with_rate", _INT, "those in which jerks in N1 could be counted"),
        *_RATE,
        (
            "dispersion",
            _REAL,
            "variance of the nights' counts over the Poisson one; over 1: interval too narrow",
        ),
        ("n_rows", _INT, "epochs of N1 at risk of N2"),
        ("n_events", _INT, "those that end in confirmed N2"),
        ("n_exposed", _INT, "those with a jerk in the 60 s before their end"),
        ("hazard_ratio", _REAL, "hazard of N2 after a jerk, one step from the cohort's ratio"),
        ("hazard_ratio_low", _REAL, "lower end of its interval"),
        ("hazard_ratio_high", _REAL, "upper end of its interval"),
        ("hazard_reason", _TEXT, "why the hazard ratio is absent"),
        _REASON,
    ),
    "nights": _columns(
        _PERSON,
        ("night", _INT, "number in the order of the person's nights, from 1"),
        ("study_key", _TEXT, "key of the study: the folder under nights"),
        *_RATE,
        *((name, _REAL, f"{title}, minutes") for name, title in LATENCIES.items()),
        _REASON,
    ),
    "hazard": _columns(
        ("model", _TEXT, "n2; n2_control: jerk 120 s earlier; wake: hazard of wake"),
        ("term", _TEXT, "what the hazard depends on"),
        ("log_hazard_ratio", _REAL, "coefficient (complementary log-log)"),
        ("error", _REAL, "its standard error, clustered by person"),
        ("model_error", _REAL, "its standard error by the model alone"),
        ("hazard_ratio", _REAL, "exp(log_hazard_ratio)"),
        _LOW,
        _HIGH,
        ("p", _REAL, "two-sided p-value, Student's t with one degree of freedom per person less 1"),
        ("e_value", _REAL, "E-value of the ratio; of jerks only"),
        ("e_value_limit", _REAL, "E-value of the limit nearer to 1; 1 where the interval holds 1"),
        ("n_rows", _INT, "epochs of N1 at risk"),
        ("n_events", _INT, "those that end in the event"),
        ("n_exposed", _INT, "those with a jerk"),
        ("n_exposed_events", _INT, "those with both"),
        ("n_persons", _INT, "persons with such epochs"),
        _REASON,
    ),
    "spread": _columns(
        ("n_persons", _INT, "persons with a hazard ratio of their own"),
        ("hazard_ratio", _REAL, "mean of the persons, random effects (Paule-Mandel)"),
        ("low", _REAL, "lower end of its Hartung-Knapp interval"),
        ("high", _REAL, "upper end of it"),
        ("tau", _REAL, "standard deviation of the log hazard ratio between persons"),
        ("i_squared", _REAL, "share of the persons' differences beyond chance, 0 to 1"),
        ("predicted_low", _REAL, "lower end of where a further person's ratio is expected"),
        ("predicted_high", _REAL, "upper end of it"),
    ),
    "groups": _columns(
        ("covariate", _TEXT, "column of the participants table"),
        ("level", _TEXT, "its value"),
        ("n_persons", _INT, "persons with a rate"),
        ("n_nights", _INT, "their nights"),
        *_RATE,
        ("dispersion", _REAL, "variance of the nights' counts over the Poisson one"),
        _REASON,
    ),
    "comparisons": _columns(
        ("covariate", _TEXT, "column of the participants table"),
        ("level", _TEXT, "group that is compared; per 1: a quantity"),
        ("reference", _TEXT, "group that it is held against, the most frequent one"),
        ("outcome", _TEXT, "jerks_n1_per_h: a rate ratio; a latency: difference of medians, min"),
        ("n_persons", _INT, "persons in the group"),
        ("n_persons_reference", _INT, "persons in the reference"),
        ("n_nights", _INT, "nights of the group"),
        ("n_nights_reference", _INT, "nights of the reference"),
        ("value", _REAL, "rate ratio, or difference in minutes"),
        _LOW,
        _HIGH,
        ("dispersion", _REAL, "of the counts about the model, 1 is chance alone; rates only"),
        ("p", _REAL, "two-sided p-value, not adjusted"),
        ("p_holm", _REAL, "adjusted by Holm for all comparisons that were made"),
        _REASON,
    ),
    "trends": _columns(
        _PERSON,
        ("n_nights", _INT, "nights with a rate"),
        ("slope_per_night", _REAL, "Theil-Sen slope of jerks in N1 per hour, per night"),
        ("slope_low", _REAL, "lower end of Sen's interval; null: the nights are too few for one"),
        ("slope_high", _REAL, "upper end of it; null likewise"),
        _REASON,
    ),
    "flags": _columns(
        _PERSON,
        ("prompt", _TEXT, "the question"),
        ("is_raised", _BOOL, "null where it could not be judged"),
        ("share", _REAL, "what was judged, 0 to 1"),
        ("threshold", _REAL, "share from which on it is told"),
        ("n", _INT, "nights or jerks that the share is of"),
        ("words", _TEXT, "the prompt for a clinician; never a diagnosis"),
        ("source", _TEXT, "literature behind the question"),
        _REASON,
    ),
}


def write_cohort(folder: Path, found: Cohort, provenance: Mapping[str, str]) -> None:
    """Write the tables, the meaning of their columns, and the page; older ones are replaced.

    Parameters
    ----------
    provenance
        What the page says of how it was made.
    """
    for name, table in cohort_tables(found).items():
        write_table(folder, name, table)
    with replacing(folder / PAGE) as draft:
        draft.write_bytes(render_cohort(found, provenance).encode("utf-8"))


def cohort_tables(found: Cohort) -> dict[str, pa.Table]:
    """Give the tables by name; what could not be had is null, never 0.

    ``columns`` says of every column of the others what it holds.
    """
    rows: Mapping[str, Rows] = {
        "persons": cohort_rows.person_rows(found),
        "nights": cohort_rows.night_rows(found),
        "hazard": cohort_rows.hazard_rows(found),
        "spread": cohort_rows.spread_rows(found),
        "groups": cohort_rows.group_rows(found),
        "comparisons": cohort_rows.comparison_rows(found),
        "trends": cohort_rows.trend_rows(found),
        "flags": cohort_rows.flag_rows(found),
    }
    tables = {name: _table(rows[name], columns) for name, columns in COLUMNS.items()}
    return tables | {"columns": _dictionary()}


def _table(rows: Rows, columns: tuple[Column, ...]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema(columns))


def _dictionary() -> pa.Table:
    rows = [
        {"table": table, "column": c.name, "type": str(c.kind), "meaning": c.meaning}
        for table, columns in COLUMNS.items()
        for c in columns
    ]
    return pa.Table.from_pylist(rows)
