"""The participants table: which night is whose, in which order, and what is known of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.codes import Code
from pipeline.cohort.covariates import AGE_NAMES, age_band
from pipeline.errors import SettingsError
from pipeline.plainfile import bytes_at, opened, size_of
from pipeline.plaintext import plain

STUDY_COLUMNS = ("study_key", "file")
PERSON_COLUMN = "participant_id"
ORDER_COLUMNS = ("night", "date")
KNOWN_COVARIATES = (
    "group",
    *sorted(AGE_NAMES),
    "sex",
    "caffeine",
    "alcohol",
    "stress",
    "exercise_late",
    "sleep_deprivation",
    "medication",
    "restless_legs",
)
_MISSING = frozenset({"", "n/a", "na", "nan", ".", "-"})  # BIDS writes n/a; none is a value
_MOST_BYTES = 64 << 20


@dataclass(frozen=True, kw_only=True)
class ParticipantNight:
    """One row of the table.

    Attributes
    ----------
    study
        Study key, else file name, as the table has it; None where both are missing.
    is_key
        Whether `study` is a key.
    participant
        As the table has it; None where it is missing.
    number
        From 1 in the order of the person's nights.
    covariates
        Name to text; None where it is missing. Ages are bands.
    """

    study: str | None
    is_key: bool
    participant: str | None
    number: int
    covariates: Mapping[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Participants:
    """The table as it is used.

    Attributes
    ----------
    order
        Column that gave the order of nights; empty where the rows' own order stands for it.
    ignored
        Number of columns that are not used.
    """

    rows: tuple[ParticipantNight, ...]
    covariates: tuple[str, ...]
    order: str
    n_ignored: int


def read_participants(
    path: Path, age_edges_years: Sequence[int], *, columns: Sequence[str] = ()
) -> Participants:
    """Give the rows of a table in TSV or CSV, with a header line.

    Parameters
    ----------
    path
        The table.
    age_edges_years
        Edges of the bands that ages are turned into at once.
    columns
        Covariates beside `KNOWN_COVARIATES`.

    Raises
    ------
    SettingsError
        It cannot be read, or lacks a column; what is there and what is needed is listed.
    HypnicError
        The path is no plain file.
    """
    header, lines = _lines(path)
    order = next((name for name in ORDER_COLUMNS if name in header), "")
    studies = [name for name in STUDY_COLUMNS if name in header]
    missing = [] if studies else [" or ".join(STUDY_COLUMNS)]
    _require(header, [*missing, PERSON_COLUMN, *columns])
    covariates = tuple(n for n in header if n in KNOWN_COVARIATES or n in columns)
    used = {*studies, PERSON_COLUMN, order, *covariates}
    records = [dict(zip(header, map(_value, line), strict=False)) for line in lines]
    for name in studies:
        _refuse_twins(records, name)
    numbers = _numbers(records, order)
    rows = [
        ParticipantNight(
            study=record.get(STUDY_COLUMNS[0]) or record.get(STUDY_COLUMNS[1]),
            is_key=record.get(STUDY_COLUMNS[0]) is not None,
            participant=record.get(PERSON_COLUMN),
            number=number,
            covariates={n: _covariate(n, record.get(n), age_edges_years) for n in covariates},
        )
        for record, number in zip(records, numbers, strict=True)
    ]
    return Participants(
        rows=tuple(rows),
        covariates=covariates,
        order=order,
        n_ignored=len([name for name in header if name not in used]),
    )


def _lines(path: Path) -> tuple[list[str], list[list[str]]]:
    with opened(path) as file:
        size = size_of(file)
        if size > _MOST_BYTES:
            raise _unusable("it is far larger than a table of nights", f"{size} bytes")
        content = bytes_at(file, 0, size)
    text = _text(content)
    head = text.split("\n", 1)[0]
    separator = max("\t,;", key=head.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)]
    except csv.Error as error:
        raise _unusable("it is no table", str(error)) from error
    if not rows:
        raise _unusable("it is empty", "no line")
    header = [name.strip().lower() for name in rows[0]]
    twins = sorted({name for name in header if name and header.count(name) > 1})
    if twins:
        raise _unusable("a column stands in it twice", _listed(twins))
    return header, rows[1:]


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise _unusable("it is no text", "NUL bytes; a spreadsheet file is none either")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _require(header: Sequence[str], names: Sequence[str]) -> None:
    missing = [name for name in names if name not in header]
    if missing:
        raise SettingsError(
            "The participants table lacks columns.",
            code=Code.PARTICIPANTS,
            where="header line",
            found=f"columns {_listed(header)}; missing {_listed(missing)}",
            remedy="It needs study_key (or file) and participant_id; night or date gives the "
            "order of a person's nights. Columns are parted by tabs, commas or semicolons.",
        )


def _refuse_twins(records: Sequence[Mapping[str, str | None]], study: str) -> None:
    """Refuse a table in which one study has two rows: which of them holds is not known."""
    named = [record.get(study) for record in records]
    known = [name for name in named if name is not None]
    n_twins = len(known) - len(set(known))
    if n_twins:
        raise SettingsError(
            "The participants table names one study in several rows.",
            code=Code.PARTICIPANTS,
            where=f"column {study}",
            found=f"{n_twins} rows more than studies",
            remedy="Keep one row per study.",
        )


def _value(cell: str) -> str | None:
    text = cell.strip()
    return None if text.lower() in _MISSING else text


def _covariate(name: str, text: str | None, age_edges_years: Sequence[int]) -> str | None:
    if text is None or name not in AGE_NAMES:
        return text
    return age_band(text, age_edges_years)


def _numbers(records: Sequence[Mapping[str, str | None]], order: str) -> list[int]:
    """Give each row's number in the order of its person's nights; ties keep the table's order."""
    keys = [_order_key(record.get(order), order) for record in records]
    numbers = [0] * len(records)
    seen: dict[str | None, int] = {}
    for place in sorted(range(len(records)), key=lambda i: keys[i]):
        person = records[place].get(PERSON_COLUMN)
        seen[person] = seen.get(person, 0) + 1
        numbers[place] = seen[person]
    return numbers


def _order_key(text: str | None, order: str) -> float:
    """Give what rows are sorted by; a row without a date or number comes last."""
    if not order or text is None:
        return float("inf")
    try:
        if order == ORDER_COLUMNS[0]:
            return float(text)
        return float(dt.datetime.fromisoformat(text).toordinal())
    except ValueError as error:
        raise SettingsError(
            "The participants table has a value that gives no order.",
            code=Code.PARTICIPANTS,
            where=f"column {order}",
            found="a text that is no number" if order == ORDER_COLUMNS[0] else "another form",
            remedy="night is a number; date is written YYYY-MM-DD.",
        ) from error


def _unusable(why: str, found: str) -> SettingsError:
    return SettingsError(
        f"The participants table cannot be used: {why}.",
        code=Code.PARTICIPANTS,
        found=found,
        remedy="Give a text table (TSV or CSV) with a header line and a row per night.",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(plain(name) or "(blank)" for name in names) or "none"
