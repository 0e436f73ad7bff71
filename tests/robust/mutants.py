"""Damaged, odd and hostile files, each from a seed and a number: the same bytes every time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.unit.edf_bytes import Signal, Study, tal

STRAY = b"0123456789-+.,eE \x00\x0a\x14\x15\x80\xb5\xff"
MAIN = {  # EDF specification: byte and width of each field of the main header
    "version": (0, 8),
    "patient": (8, 80),
    "recording": (88, 80),
    "date": (168, 8),
    "time": (176, 8),
    "header size": (184, 8),
    "reserved": (192, 44),
    "records": (236, 8),
    "duration": (244, 8),
    "signals": (252, 4),
}
WIDTHS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
HOSTILE = (
    b"nan", b"inf", b"-inf", b"1e9", b"1e-9", b"1E2", b"99999999", b"-1", b"0", b"-0", b"1",
    b"+5", b"007", b"0x10", b"1_0", b"3,5", b"-3276,8", b"1.", b".5", b"1.0", b"10.0", b" 7",
    b"1 0", b"", b"\x00", b"\xc2\xb5V", b"\xb5V", b"\xff\xfe", b"12\x00\x00", b"\t4", b"4\n",
    b"\xd9\xa3", b"32767", b"-32768", b"8388607", b"0.1", b"2.5", b"--1", b"1-", b"e5",
)  # fmt: skip
DATES = (
    b"00.00.00", b"XX.XX.XX", b"31.02.20", b"02.03.84", b"02.03.85", b"1.3.20", b" 2. 3.20",
    b"02/03/20", b"02-03-20", b"02.13.20", b"03.02.20", b"29.02.21", b"02.03.yy", b"2020.3.2",
)  # fmt: skip
TIMES = (
    b"22:15:30", b"24.00.00", b"22.60.00", b"22.15.60", b"23.59.59", b"9.5.3", b" 9. 5. 3",
    b"22.15", b"221530", b"-1.00.00", b"00.00.00", b"22-15-30", b"22/15/30", b"22 15 30",
)  # fmt: skip
RECORDINGS = (
    b"Startdate X X X X", b"Startdate 02-MRZ-2020 X X X", b"Startdate 03-MAR-2020 X X X",
    b"Startdate 02-MAR-2120 X X X", b"Startdate 02-mar-2020 X X X", b"Startdate", b"",
    b"startdate 02-MAR-2020 X X X", b"Startdate 2-MAR-2020 X X X", b"Startdate 31-FEB-2020 X X X",
    b"Startdate  02-MAR-2020 X X X", b"Startdate 02-MAR-2020", b"Startdate 02-MAR-1920 X X X",
    "Startdate 02-MAR-2020 X Müller X".encode(),
)  # fmt: skip
RESERVED = (
    b"EDF+C", b"EDF+D", b"BDF+C", b"BDF+D", b"EDF+", b"EDF+X", b"edf+c", b"", b"24BIT",
    b" EDF+C", b"EDF+C EDF+D", b"EDF+D\x00",
)  # fmt: skip
LABELS = (
    b"EDF Annotations", b"BDF Annotations", b"EDF Annotations ", b"EDF annotations", b"",
    b" EDF Annotations", b"EDF Annotations\x00", b"EMG \xb5", "EMG µ".encode(), b"=1+1",
)  # fmt: skip
ONSETS = (
    "+0", "-0", "-1", "-0.5", "0.5", "+1", "+0,5", "+1e1", "+", "", "+99999999", "+1e400", "+nan",
    "+0.0000001", "+0.9999999", "+2.", "+.5", "++1", "+1 ", " +1", "+٣", "+3.00", "+0.5", "+60",
    "+0.123456789012", "+00001", "+1000000000000", "-99999", "+1.5.2",
)  # fmt: skip
DURATIONS = (None, "0", "30", "-1", "1.", ".5", "1,5", "", "nan", "1e3", "+2", "0.001", "9999999",
             "0.12345678901234567890", "30 ", "00000000000000000030")  # fmt: skip
TEXTS = (
    "Sleep stage N1", "", "A\nB", "tab\there", "é µ 睡眠", "x" * 39, "x" * 41, "y" * 600,
    "\x07bell", "\r\n", "@@EMG", " blank ", "Lights off", "a" * 511 + "é", "<b>", "Recording ends",
    "+5", "\x85", "\u2028", "+1\x150",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A file, and what was done to a legal one to get it."""

    content: bytes
    suffix: str
    story: str


def legal(rng: random.Random) -> Study:
    """Give one of many legal files: rates, counts, annotation signals, onsets, formats."""
    is_bdf = rng.random() < 0.25
    duration = rng.choice(("1", "1", "1", "0.1", "2", "0.5", "10", "0.25"))
    records = rng.choice((1, 2, 4, 4))
    signals = tuple(_signal(rng, i) for i in range(rng.choice((1, 1, 2, 2, 3, 6))))
    lists = None
    if rng.random() < 0.7:
        offset = rng.choice((0.0, 0.0, 0.5, 0.125))
        lists = tuple(_lists(rng, i, float(duration), offset) for i in range(records))
    if lists is not None and rng.random() < 0.1:
        signals, duration = (), "0"
    is_plus_d = lists is not None and rng.random() < 0.1
    name = "BDF" if is_bdf else "EDF"
    return Study(
        signals=signals,
        lists=lists,
        is_bdf=is_bdf,
        duration=duration,
        records=records,
        reserved=f"{name}+D" if is_plus_d else None,
    )


def _signal(rng: random.Random, place: int) -> Signal:
    per_record = rng.choice((1, 5, 10, 10, 64))
    low, high = rng.choice((("-32768", "32767"), ("-2048", "2047"), ("0", "100")))
    values = tuple(rng.randint(int(low), int(high)) for _ in range(per_record * 4))
    physical = rng.choice((("-3276.8", "3276.7"), ("-100", "100"), ("250", "-250"), ("-1", "1")))
    return Signal(
        label=rng.choice(("EEG C4-M1", "EMG LAT", "EMG RAT", "C4", "M1", "SaO2")) + str(place),
        unit=rng.choice(("uV", "mV", "%", "")),
        digital=values,
        physical=physical,
        digital_range=(low, high),
        per_record=per_record,
    )


def _lists(rng: random.Random, record: int, duration_s: float, offset_s: float) -> bytes:
    onset_s = record * duration_s + offset_s
    raw = tal(f"+{onset_s:g}", "")
    for _ in range(rng.choice((0, 1, 1, 3))):
        texts = rng.sample(TEXTS[:6], rng.choice((1, 1, 2)))
        lasts = rng.choice((None, "0.5", "30"))
        raw += tal(f"+{onset_s + rng.random() * duration_s:.4f}", *texts, duration=lasts)
    return raw


def mutant(seed: int, number: int) -> Mutant:
    """Give a legal file with one to four things wrong; a few are left as they are."""
    rng = random.Random(f"{seed}:{number}")  # noqa: S311  no secret depends on it
    study = legal(rng)
    story: list[str] = []
    for _ in range(rng.choice((0, 1, 1, 1))):
        study = _odd_study(rng, study, story)
    content = bytearray(study.encode())
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        change = rng.choice(CHANGES)
        story.append(change.__name__)
        change(rng, content, study)
    suffix = ".bdf" if study.is_bdf != (rng.random() < 0.02) else ".edf"
    return Mutant(content=bytes(content), suffix=suffix, story=", ".join(story) or "legal")


def _odd_study(rng: random.Random, study: Study, story: list[str]) -> Study:
    """Change the study before it is written, so that header and data stay in step."""
    kind = rng.choice(("onsets", "lists", "lists", "second list", "reserved", "legal", "extra"))
    if kind in {"onsets", "lists", "second list"} and study.lists is None:
        kind = "reserved"
    story.append(kind)
    if kind == "onsets":
        return replace(study, lists=tuple(_moved(rng, raw) for raw in study.lists or ()))
    if kind == "lists":
        return replace(study, lists=tuple(_odd_list(rng, raw) for raw in study.lists or ()))
    if kind == "second list":
        return _with_second_list(rng, study)
    if kind == "reserved":
        return replace(study, reserved=rng.choice(RESERVED).decode("latin-1"))
    if kind == "extra":
        return replace(study, extra=rng.randbytes(rng.choice((1, 2, 7, 200))))
    return study


def _moved(rng: random.Random, raw: bytes) -> bytes:
    if rng.random() < 0.5:
        return raw
    _, mark, rest = raw.partition(b"\x14")
    return rng.choice(ONSETS).encode() + mark + rest


def _odd_list(rng: random.Random, raw: bytes) -> bytes:
    if rng.random() < 0.4:
        return raw
    if rng.random() < 0.15:
        raw = raw.partition(b"\x00")[2]  # no timekeeping
    texts = rng.choices(TEXTS, k=rng.choice((0, 1, 1, 2)))
    raw += tal(rng.choice(ONSETS), *texts, duration=rng.choice(DURATIONS))
    if rng.random() < 0.2:
        place = rng.randrange(len(raw))
        raw = raw[:place] + bytes([rng.choice(STRAY)]) + raw[place + 1 :]
    if rng.random() < 0.1:
        raw = raw.rstrip(b"\x00\x14") + rng.choice((b"", b"\x14", b"\x00", b"\x14\x14\x00"))
    return raw


def _with_second_list(rng: random.Random, study: Study) -> Study:
    """Put a further annotation signal before the first one: an ordinary one with that label."""
    width = 3 if study.is_bdf else 2
    per_record = 24
    raw = b""
    for record in range(study.records):
        part = tal(f"+{record}.25", rng.choice(TEXTS[:6]), duration=rng.choice((None, "2")))
        if rng.random() < 0.5:
            part = tal(f"+{record}", "") + part
        raw += part[: per_record * width].ljust(per_record * width, b"\x00")
    values = tuple(
        int.from_bytes(raw[i : i + width], "little", signed=True) for i in range(0, len(raw), width)
    )
    label = "BDF Annotations" if study.is_bdf else "EDF Annotations"
    extra = Signal(
        label=label,
        unit="",
        digital=values,
        prefilter="",
        per_record=per_record,
        digital_range=("-8388608", "8388607") if study.is_bdf else ("-32768", "32767"),
    )
    return replace(study, signals=(*study.signals, extra))


def _set(content: bytearray, place: int, width: int, value: bytes) -> None:
    if place + width <= len(content):
        content[place : place + width] = value[:width].ljust(width)


def _n_signals(study: Study) -> int:
    return len(study.signals) + (study.lists is not None)


def main_field(rng: random.Random, content: bytearray, study: Study) -> None:
    name = rng.choice(tuple(MAIN))
    special: dict[str, Sequence[bytes]] = {
        "date": DATES,
        "time": TIMES,
        "recording": RECORDINGS,
        "reserved": RESERVED,
    }
    values = special.get(name, HOSTILE) if rng.random() < 0.8 else HOSTILE
    _set(content, *MAIN[name], rng.choice(values))


def signal_field(rng: random.Random, content: bytearray, study: Study) -> None:
    n, place = _n_signals(study), rng.choice((0, 2, 3, 3, 4, 4, 5, 6, 8, 8))
    start = 256 + n * sum(WIDTHS[:place]) + rng.randrange(n) * WIDTHS[place]
    values = LABELS if place == 0 and rng.random() < 0.8 else HOSTILE
    _set(content, start, WIDTHS[place], rng.choice(values))


def swapped_fields(rng: random.Random, content: bytearray, study: Study) -> None:
    """Exchange two fields of one signal (minimum and maximum), or one field of two signals."""
    n, place = _n_signals(study), rng.choice((3, 5, 8))
    start = 256 + n * sum(WIDTHS[:place])
    first, second = start + 8 * rng.randrange(n), start + 8 * rng.randrange(n)
    if rng.random() < 0.5 and place != 8:
        second = first + 8 * n
    one, other = bytes(content[first : first + 8]), bytes(content[second : second + 8])
    _set(content, first, 8, other)
    _set(content, second, 8, one)


def stray_bytes(rng: random.Random, content: bytearray, study: Study) -> None:
    for _ in range(rng.choice((1, 1, 3))):
        if content:
            content[rng.randrange(len(content))] = rng.choice(STRAY)


def header_bytes(rng: random.Random, content: bytearray, study: Study) -> None:
    end = min(len(content), 256 * (_n_signals(study) + 1))
    if end:
        content[rng.randrange(end)] = rng.choice(STRAY)


def inserted(rng: random.Random, content: bytearray, study: Study) -> None:
    place = rng.randrange(len(content) + 1)
    content[place:place] = rng.randbytes(rng.choice((1, 2, 3, 8)))


def removed(rng: random.Random, content: bytearray, study: Study) -> None:
    place = rng.randrange(len(content) + 1)
    del content[place : place + rng.choice((1, 2, 3, 8))]


def cut_short(rng: random.Random, content: bytearray, study: Study) -> None:
    del content[rng.randrange(len(content) + 1) :]


def appended(rng: random.Random, content: bytearray, study: Study) -> None:
    n_bytes = rng.choice((1, 2, 5, 100, 1000))
    content += bytes(n_bytes) if rng.random() < 0.3 else rng.randbytes(n_bytes)


def other_version(rng: random.Random, content: bytearray, study: Study) -> None:
    """Write the version of the other format over this one."""
    _set(content, 0, 8, b"0" if study.is_bdf else b"\xffBIOSEMI")


def shuffled_records(rng: random.Random, content: bytearray, study: Study) -> None:
    """Double, exchange or drop a data record."""
    head = 256 * (_n_signals(study) + 1)
    size = (len(content) - head - len(study.extra)) // study.records
    if size <= 0:
        return
    first, second = (head + size * rng.randrange(study.records) for _ in range(2))
    one, other = bytes(content[first : first + size]), bytes(content[second : second + size])
    kind = rng.choice(("double", "exchange", "drop"))
    if kind == "double":
        content[first:first] = one
    elif kind == "exchange":
        content[first : first + size], content[second : second + size] = other, one
    else:
        del content[first : first + size]


CHANGES: tuple[Callable[[random.Random, bytearray, Study], None], ...] = (
    main_field,
    main_field,
    signal_field,
    signal_field,
    swapped_fields,
    stray_bytes,
    header_bytes,
    inserted,
    removed,
    cut_short,
    appended,
    other_version,
    shuffled_records,
)
