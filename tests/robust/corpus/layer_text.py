"""Layers text and date: labels, identification fields, start date and time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests.robust.corpus.case import DAY, Case, exact, warn
from tests.robust.corpus.drawn import BDF_PLUS, EEG, PLAIN, PLUS, with_leg
from tests.unit.edf_bytes import Study


def labels() -> list[Case]:
    """Give labels that are hostile, foreign, blank or used twice."""
    hostile = {
        "html": "<b>LAT</b>", "script": "<script>alert(1", "formula": "=1+2", "minus": "-2+3",
        "at": "@SUM(A1)", "path": "../../etc/x", "windows": "C:\\x\\con", "sql": "x'; DROP TABLE",
        "format": "{0}%s%n${x}", "json": '{"a": "b"}', "quote": 'LAT "left"', "dots": "..",
        "full": "0123456789ABCDEF", "inner": "EMG   LAT", "comma": "LAT,RAT", "number": "1",
    }  # fmt: skip
    foreign = {
        "latin1": b"Jambe gauch\xe9", "utf8": "Bein µ links".encode(), "control": b"EMG\x07LAT",
        "escape": b"\x1b[31mLAT", "newline": b"EMG\nLAT", "tab": b"EMG\tLAT", "delete": b"LAT\x7f",
        "sjis": b"\x8d\xb6\x91\xab", "utf8_cut": b"EMG gauch\xc3",
    }  # fmt: skip
    read = {"utf8": "Bein µ links"}
    return [
        *[exact(f"t_label_{n}", "read as it is", with_leg(label=c)) for n, c in hostile.items()],
        *[
            warn(
                f"t_label_{n}",
                "NON_ASCII",
                repr(raw),
                with_leg(label=raw),
                means=with_leg(label=read.get(n) or raw.decode("latin-1")),
            )
            for n, raw in foreign.items()
        ],
        warn("t_label_twice", "DUP_LABEL", "one label twice", with_leg(label=EEG.label)),
        warn("t_label_blank", "BLANK_LABEL", "no label", with_leg(label="")),
        warn(
            "t_labels_blank",
            "BLANK_LABEL",
            "no labels at all",
            replace(with_leg(label=""), signals=tuple(replace(s, label="") for s in PLAIN.signals)),
            also=["DUP_LABEL"],
        ),
        warn(
            "t_label_nul_inside",
            "NUL_PADDING",
            "NUL between two words",
            with_leg(label=b"EMG\x00LAT"),
            means=PLAIN,
        ),
        warn(
            "t_label_nul",
            "NUL_PADDING",
            "padded with NUL",
            with_leg(label=b"EMG LAT" + bytes(9)),
            means=PLAIN,
        ),
    ]


def other_texts() -> list[Case]:
    """Give identification and description fields."""
    plus = {"patient": "M-1 F 02-MAR-1960 Doe", "recording": "Startdate 02-MAR-2020 1 2 3 more"}
    return [
        exact("t_patient_free", "any patient text in EDF", replace(PLAIN, patient="Doe; John")),
        exact("t_patient_dots", "..", replace(PLUS, patient=".. X X X")),
        exact("t_plus_full", "all subfields", replace(PLUS, **plus)),  # type: ignore[arg-type]
        warn("t_patient_latin1", "NON_ASCII", "0xE8", replace(PLAIN, patient=b"Andr\xe8")),
        warn("t_patient_utf8", "NON_ASCII", "UTF-8", replace(PLAIN, patient="Müller".encode())),
        warn("t_patient_sjis", "NON_ASCII", "Shift-JIS", replace(PLAIN, patient=b"\x8d\xb6\x91")),
        warn("t_patient_nul", "NUL_PADDING", "NUL", replace(PLAIN, patient=b"X" + bytes(79))),
        warn("t_recording_utf8", "NON_ASCII", "UTF-8", replace(PLAIN, recording="Büro".encode())),
        warn("t_transducer", "NON_ASCII", "0xB5", with_leg(transducer=b"Ag \xb5")),
        warn("t_prefilter", "NON_ASCII", "0xB5", with_leg(prefilter=b"HP:\xb5")),
        warn("t_plus_patient", "EDFPLUS_FIELDS", "blank", replace(PLUS, patient="")),
        warn("t_plus_patient_2", "EDFPLUS_FIELDS", "two of four", replace(PLUS, patient="X F")),
        warn(
            "t_plus_ids",
            "EDFPLUS_FIELDS",
            "both fields blank",
            replace(PLUS, patient="", recording=""),
        ),
        warn(
            "t_plus_recording",
            "EDFPLUS_FIELDS",
            "a date and nothing else",
            replace(PLUS, recording="Startdate 02-MAR-2020"),
        ),
        warn(
            "t_bdfplus_ids",
            "EDFPLUS_FIELDS",
            "BDF+ without identification",
            replace(BDF_PLUS, patient="", recording=""),
            suffix=".bdf",
        ),
    ]


def dates() -> list[Case]:
    """Give start dates."""
    unknown = [
        ("zero", "00.00.00"), ("xx", "XX.XX.XX"), ("blank", ""), ("us", "12.31.20"),
        ("yy", "02.03.yy"),
        ("leap", "29.02.19"), ("iso", "2020-03-"), ("day_0", "00.03.20"), ("day_32", "32.03.20"),
        ("month_0", "02.00.20"), ("month", "02-MAR-2"), ("no_year", "02.03."),
        ("digits", "20200302"),
        ("31_april", "31.04.20"), ("nul", "\x00" * 8), ("minus", "-2.03.20"), ("mixed", "02.03/20"),
    ]  # fmt: skip
    known = [("slashes", "02/03/20"), ("dashes", "02-03-20"), ("colons", "02:03:20")]
    known += [("short", "2.3.20"), ("blanks", "02. 3.20")]
    legal = [("84", 2084), ("85", 1985), ("99", 1999), ("00", 2000)]
    return [
        *[
            warn(
                f"d_{n}",
                "DATE_TIME",
                repr(c),
                replace(PLAIN, date=c),
                date=None,
                also=["NUL_PADDING"],
            )
            for n, c in unknown
        ],
        *[warn(f"d_{n}", "DATE_TIME", repr(c), replace(PLAIN, date=c)) for n, c in known],
        *[
            exact(f"d_y{y}", f"yy={y}", replace(PLAIN, date=f"02.03.{y}"), date=dt.date(full, 3, 2))
            for y, full in legal
        ],
        exact("d_leap_day", "29.02.20", replace(PLAIN, date="29.02.20"), date=dt.date(2020, 2, 29)),
    ]


def plus_dates() -> list[Case]:
    """Give start dates in the recording field of EDF+."""
    months = {"de": "MRZ", "fr": "MARS", "es": "MRZO", "nl": "MRT", "it": "mar.", "number": "03"}
    odd = {
        "two_digits": "02-MAR-20",
        "iso": "2020-03-02",
        "no_leap": "29-FEB-2019",
        "day_99": "99-MAR-2020",
    }
    odd |= {"x_month": "X-MAR-2020", "blank_day": " 2-MAR-2020", "dots": "02.MAR.2020"}
    return [
        *[warn(f"d_month_{n}", "DATE_TIME", m, started(f"02-{m}-2020")) for n, m in months.items()],
        *[warn(f"d_plus_{n}", "DATE_TIME", c, started(c)) for n, c in odd.items()],
        warn("d_month_small", "DATE_TIME", "02-mar-2020", started("02-mar-2020")),
        warn("d_no_startdate", "DATE_TIME", "no 'Startdate'", replace(PLUS, recording="A B C D E")),
        warn("d_two_days", "DATE_TIME", "3 March in the other", started("03-MAR-2020")),
        warn("d_two_centuries", "DATE_TIME", "2120 in the other", started("02-MAR-2120")),
        warn("d_two_years", "DATE_TIME", "2019 in the other", started("02-MAR-2019")),
        exact("d_plus_x", "Startdate X", replace(PLUS, recording="Startdate X X X X")),
        exact("d_plus_2085", "2085", dated("02.03.yy", "02-MAR-2085"), date=dt.date(2085, 3, 2)),
        exact("d_plus_2084", "2084", dated("02.03.84", "02-MAR-2084"), date=dt.date(2084, 3, 2)),
        warn(
            "d_plus_1984",
            "DATE_TIME",
            "84 means 2084, the recording field says 1984",
            dated("02.03.84", "02-MAR-1984"),
            date=dt.date(1984, 3, 2),
        ),
        exact("d_plus_1985", "1985", dated("02.03.85", "02-MAR-1985"), date=dt.date(1985, 3, 2)),
        warn(
            "d_yy_other_day",
            "DATE_TIME",
            "yy with another day than the recording field",
            dated("05.03.yy", "02-MAR-2090"),
            date=dt.date(2090, 3, 2),
        ),
        warn(
            "d_zero_plus", "DATE_TIME", "00.00.00 and a full date", dated("00.00.00", "02-MAR-2020")
        ),
        warn("d_blank_plus", "DATE_TIME", "blank and a full date", dated("", "02-MAR-2020")),
        warn(
            "d_zero_x",
            "DATE_TIME",
            "00.00.00 and Startdate X",
            replace(PLUS, date="00.00.00", recording="Startdate X X X X"),
            date=None,
        ),
    ]


def dated(short: str, full: str) -> Study:
    """Give an EDF+ study with two dates."""
    return replace(PLUS, date=short, recording=f"Startdate {full} X X X")


def started(full: str) -> Study:
    """Give an EDF+ study of 2 March 2020 whose recording field says something else."""
    return dated(DAY.strftime("%d.%m.%y"), full)


def times() -> list[Case]:
    """Give start times."""
    unknown = [
        ("24", "24.00.00"), ("60_s", "22.15.60"), ("61", "25.61.61"), ("blank", ""),
        ("pm", "10.15 PM"),
        ("xx", "XX.XX.XX"), ("short", "22.15"), ("digits", "221530"), ("minus", "-1.15.30"),
        ("mixed", "22.15:30"), ("comma", "22,15,30"), ("nul", "\x00" * 8),
    ]  # fmt: skip
    known = [("colons", "22:15:30"), ("dashes", "22-15-30"), ("slashes", "22/15/30")]
    legal = [("midnight", "00.00.00"), ("last", "23.59.59")]
    return [
        *[
            warn(
                f"d_t_{n}",
                "DATE_TIME",
                repr(c),
                replace(PLAIN, time=c),
                time=None,
                also=["NUL_PADDING"],
            )
            for n, c in unknown
        ],
        *[warn(f"d_t_{n}", "DATE_TIME", repr(c), replace(PLAIN, time=c)) for n, c in known],
        warn(
            "d_t_one_digit",
            "DATE_TIME",
            "9.5.3",
            replace(PLAIN, time="9.5.3"),
            time=dt.time(9, 5, 3),
        ),
        *[
            exact(
                f"d_t_{n}",
                c,
                replace(PLAIN, time=c),
                time=dt.time.fromisoformat(c.replace(".", ":")),
            )
            for n, c in legal
        ],
    ]


CASES = [*labels(), *other_texts(), *dates(), *plus_dates(), *times()]
