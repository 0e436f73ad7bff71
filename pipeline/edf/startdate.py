"""When the record starts: two header fields and, in EDF+, the recording field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from pipeline.codes import Code
from pipeline.edf.fields import Field, Gate

_DATE = re.compile(r"(\d{1,2})\s?([.:/-])\s?(\d{1,2})\s?\2\s?(\d{2})")
_TIME = re.compile(r"(\d{1,2})([.:/-])(\d{1,2})\2(\d{1,2})")
_STRICT = re.compile(r"\d\d\.\d\d\.(\d\d|yy)")
_FULL = re.compile(r"Startdate (\d\d)-([A-Z]{3})-(\d{4})( |$)", re.IGNORECASE)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_PLUS_PATIENT, _PLUS_RECORDING = 4, 5  # least numbers of subfields, EDF+ 2.1.3.3
_CLIP_YEAR = 85  # EDF 2.1.3.2: yy 85 to 99 is 19yy, 00 to 84 is 20yy
UNKNOWN_DATE = date(1985, 1, 1)  # EDF+ 2.1.3.3: 01.01.85 stands for a date that is not known


@dataclass(frozen=True, kw_only=True)
class Start:
    """Local wall clock of the start; None where it is not known."""

    date: date | None
    time: time | None

    @property
    def moment(self) -> datetime | None:
        """Date and time; 1 January 1985 stands for an unknown date, as in EDF+."""
        if self.time is None:
            return None
        return datetime.combine(self.date or UNKNOWN_DATE, self.time)


def read_start(day: Field, clock: Field, recording: str, gate: Gate, *, is_plus: bool) -> Start:
    """Give the start that the header states; what cannot be trusted is None and noted."""
    short = _short_date(day, gate)
    full = _full_date(recording, gate) if is_plus else None
    if short is None and full and not _is_year_left_open(day, full):
        gate.doubt(
            Code.DATE_TIME,
            day.where,
            "Not the day of the recording field, nor a legal date; the recording field is used.",
        )
    if not is_plus and short and _stated(recording, short) != short:
        gate.doubt(
            Code.DATE_TIME,
            day.where,
            "The recording field names another date, or one that cannot be read; without the "
            "EDF+ flag this one is used.",
        )
    if short and full and _is_beyond_clipping(short, full):
        gate.doubt(
            Code.DATE_TIME,
            day.where,
            f"Two digits mean {short.year} here (EDF+ counts from 1985), yet the recording field "
            f"says {full.year}, which is used.",
        )
    elif short and full and short != full:
        gate.doubt(
            Code.DATE_TIME,
            day.where,
            "The start date differs from the one in the recording field; this one is used.",
        )
        full = None
    if short is None and full is None:
        gate.doubt(
            Code.DATE_TIME,
            day.where,
            "No usable start date: it stays unknown, written 01.01.1985 as EDF+ does.",
        )
    return Start(date=full or short, time=_clock(clock, gate))


def check_plus_fields(patient: str, recording: str, gate: Gate) -> None:
    """Note EDF+ identification fields that lack their subfields; what they hold is not told."""
    for name, content, least in (
        ("patient field", patient, _PLUS_PATIENT),
        ("recording field", recording, _PLUS_RECORDING),
    ):
        if len(content.split()) < least:
            gate.doubt(
                Code.EDFPLUS_FIELDS, name, f"Fewer than the {least} subfields that EDF+ wants."
            )


def _short_date(part: Field, gate: Gate) -> date | None:
    bare = part.bare
    match = _DATE.fullmatch(bare)
    if match is None:
        return None
    day, month, year = int(match[1]), int(match[3]), int(match[4])
    try:
        found = date(year + (1900 if year >= _CLIP_YEAR else 2000), month, day)
    except ValueError:
        return None
    if not _STRICT.fullmatch(bare):
        gate.doubt(Code.DATE_TIME, part.where, "Not written dd.mm.yy; read as day, month, year.")
    return found


def _is_year_left_open(part: Field, full: date) -> bool:
    """Whether ``dd.mm.yy`` stands there, as EDF+ wants it for years past 2084."""
    return part.bare == f"{full.day:02}.{full.month:02}.yy"


def _full_date(recording: str, gate: Gate) -> date | None:
    if recording.startswith("Startdate X ") or recording in {"Startdate X", ""}:
        return None
    match = _FULL.match(recording)
    month = match[2].upper() if match else ""
    if match is None or month not in _MONTHS:
        gate.doubt(
            Code.DATE_TIME,
            "recording field, byte 88",
            "No 'Startdate dd-MMM-yyyy' with an English month; the start date field is used.",
        )
        return None
    if month != match[2] or not recording.startswith("Startdate"):
        gate.doubt(Code.DATE_TIME, "recording field, byte 88", "Startdate in wrong capitals.")
    try:
        return date(int(match[3]), _MONTHS.index(month) + 1, int(match[1]))
    except ValueError:
        gate.doubt(Code.DATE_TIME, "recording field, byte 88", "Startdate is no day of a calendar.")
        return None


def _stated(recording: str, otherwise: date) -> date | None:
    """Give the date after a `Startdate`; `otherwise` where the field states none."""
    if not recording.startswith("Startdate ") or recording.startswith("Startdate X"):
        return otherwise
    return _full_date(recording, Gate())


def _is_beyond_clipping(short: date, full: date) -> bool:
    """Whether two digits had to stand for a year before 1985; past 2084 ``yy`` would stand."""
    century = 100
    return full.year < UNKNOWN_DATE.year and (short.day, short.month, short.year % century) == (
        full.day,
        full.month,
        full.year % century,
    )


def _clock(part: Field, gate: Gate) -> time | None:
    bare = part.bare
    match = _TIME.fullmatch(bare)
    try:
        found = time(int(match[1]), int(match[3]), int(match[4])) if match else None
    except ValueError:
        found = None
    if found is None:
        gate.doubt(Code.DATE_TIME, part.where, "No usable start time: it stays unknown.")
    elif not _STRICT.fullmatch(bare):
        gate.doubt(Code.DATE_TIME, part.where, "Not written hh.mm.ss; read as such.")
    return found
