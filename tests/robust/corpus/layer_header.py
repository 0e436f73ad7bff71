"""Layer header: numbers of records and signals, sizes, record durations, samples per record."""

from __future__ import annotations

from dataclasses import replace

from tests.robust.corpus.case import Case, exact, refuse, warn
from tests.robust.corpus.drawn import (
    BDF,
    PLAIN,
    PLUS,
    claiming,
    patched,
    signals,
    with_leg,
)
from tests.unit.edf_bytes import Signal, Study, tal

RECORDS = "number of records, byte 236"
SIZE = "header size, byte 184"
COUNT = "number of signals, byte 252"
DURATION = "record duration, byte 244"
SAMPLES = "signal 2, samples per record"


def numbers_of_records() -> list[Case]:
    """Give numbers of records that are not those of the file."""
    unknown = [("m1", "-1"), ("0", "0"), ("zeros", "00000000")]
    high = [("7", "7"), ("60", "60"), ("8_digits", "99999999")]
    bad = [("m2", "-2"), ("m6", "-6"), ("text", "abc"), ("blank", ""), ("nan", "nan")]
    bad += [("half", "5.5"), ("inf", "inf"), ("hex", "0x6"), ("two", "6 6"), ("comma", "6,0")]
    return [
        *[
            warn(f"h_nrec_{n}", "NRECORDS_UNKNOWN", f"records {c!r}", claiming(PLAIN, c))
            for n, c in unknown
        ],
        warn("h_nrec_m1_plus", "NRECORDS_UNKNOWN", "EDF+ with records -1", claiming(PLUS, "-1")),
        warn(
            "h_nrec_m1_bdf",
            "NRECORDS_UNKNOWN",
            "BDF with records -1",
            claiming(BDF, "-1"),
            suffix=".bdf",
        ),
        *[
            warn(f"h_nrec_{n}", "TRUNCATED", f"{c} records claimed, 6 there", claiming(PLAIN, c))
            for n, c in high
        ],
        *[
            warn(f"h_nrec_low_{c}", "EXTRA_DATA", f"{c} records claimed", claiming(PLAIN, c))
            for c in ("1", "5")
        ],
        *[
            warn(f"h_nrec_{n}", "HEADER_NUMBER", f"records {c!r}", claiming(PLAIN, c))
            for n, c in (("float", "6.0"), ("exponent", "6E0"), ("point", "6."))
        ],
        *[
            exact(f"h_nrec_{n}", f"records {c!r}: whole, oddly written", claiming(PLAIN, c))
            for n, c in (("plus", "+6"), ("leading_zeros", "000006"), ("right", "       6"))
        ],
        *[
            refuse(f"h_nrec_{n}", "HEADER_NUMBER", RECORDS, f"records {c!r}", claiming(PLAIN, c))
            for n, c in bad
        ],
        warn("h_nrec_nul", "NUL_PADDING", "padded with NUL", claiming(PLAIN, b"6" + bytes(7))),
    ]


def sizes() -> list[Case]:
    """Give header sizes and signal counts that disagree."""
    wrong = {
        "plus1": "769", "plus2": "770", "minus1": "767", "neg": "-1", "blank": "", "text": "abc",
        "main": "256", "plus256": "1024", "minus256": "512", "0": "0", "float": "768.5",
        "huge": "99999999", "nan": "nan", "times10": "7680",
    }  # fmt: skip
    bad_counts = {"neg": "-1", "0": "0", "blank": "", "text": "abc", "half": "1.5", "m512": "-512"}
    off = {"minus1": "1", "plus1": "3", "999": "999", "9999": "9999"}
    return [
        *[
            refuse(f"h_size_{n}", "HEADER_SIZE", SIZE, f"{c!r}", replace(PLAIN, header_bytes=c))
            for n, c in wrong.items()
        ],
        *[
            refuse(f"h_count_{n}", "NSIGNALS", COUNT, f"{c!r}", replace(PLAIN, n_signals=c))
            for n, c in (bad_counts | off).items()
        ],
        refuse(
            "h_count_plus_minus1",
            "NSIGNALS",
            COUNT,
            "an EDF+ file whose annotation signal is not counted",
            replace(PLUS, n_signals="2"),
        ),
        warn("h_count_float", "HEADER_NUMBER", "'2.0' signals", replace(PLAIN, n_signals="2.0")),
        refuse(
            "h_both_one_less",
            "SAMPLES_PER_RECORD",
            "signal 1",
            "size and count agree on one signal less than there is",
            replace(PLAIN, n_signals="1", header_bytes="512"),
        ),
        refuse(
            "h_both_one_more",
            "SAMPLES_PER_RECORD",
            "signal 1",
            "size and count agree on one signal more than there is",
            replace(PLAIN, n_signals="3", header_bytes="1024"),
        ),
        refuse(
            "h_byte_lost",
            "NSIGNALS",
            COUNT,
            "a byte of the patient field is missing, all behind it is shifted",
            PLAIN.encode()[:50] + PLAIN.encode()[51:],
        ),
        exact("h_600", "600 signals", Study(signals=signals(600), records=2, recording="PSG")),
        exact("h_1000", "1000 signals", Study(signals=signals(1000), records=2, recording="PSG")),
        exact("h_1", "one signal", Study(signals=signals(1), records=2, recording="PSG")),
    ]


def durations() -> list[Case]:
    """Give record durations."""
    bad = {
        "0": "0", "0.0": "0.0", "neg": "-1", "nan": "nan", "inf": "inf", "blank": "",
        "text": "1 s", "1e-9": "1e-9", "1e9": "1e9", "absurd": "99999999", "clock": "00:00:01",
        "fraction": "1/256", "two_commas": "1,0,0", "minus_inf": "-inf", "1e-300": "1e-300",
        "overflow": "1e999",
    }  # fmt: skip
    good = ["0.5", "17", "30", "60", "0.1", "1.0", "+1", "1.", "0.25", "5", ".5"]
    return [
        *[
            refuse(f"h_dur_{n}", "RECORD_DURATION", DURATION, f"{c!r}", replace(PLAIN, duration=c))
            for n, c in bad.items()
        ],
        *[exact(f"h_dur_{c}", f"{c} s", replace(PLAIN, duration=c)) for c in good],
        *[
            warn(
                f"h_dur_{n}",
                "HEADER_NUMBER",
                f"{c!r}",
                replace(PLAIN, duration=c),
                means=replace(PLAIN, duration=c.replace(",", ".")),
            )
            for n, c in (("comma", "1,0"), ("comma_half", "0,5"), ("1E0", "1E0"))
        ],
        *[
            warn(f"h_dur_rounded_{hz}", "RATE_ROUNDED", f"1/{hz} s rounded", rounded(text))
            for hz, text in ((256, "0.003906"), (1024, ".0009766"), (3, "0.333333"))
        ],
        exact("h_dur_exact_512", "1/512 s in 8 digits is rounded, 1/8 is not", rounded("0.125")),
        refuse(
            "h_dur_0_plus",
            "RECORD_DURATION",
            DURATION,
            "0 s in EDF+ with signals",
            replace(PLUS, duration="0"),
        ),
        exact("r_199_8", "999 samples in 5 s", of(999, "5")),
        exact("r_sub_hz", "one sample in 30 s", of(1, "30")),
        exact("r_third", "100 samples in 3 s", of(100, "3")),
    ]


def rounded(duration: str) -> Study:
    """Give a study of one sample a record."""
    return of(1, duration)


def of(per_record: int, duration: str) -> Study:
    """Give a study of one signal."""
    signal = Signal(digital=tuple(range(-3, 3)) * per_record, per_record=per_record)
    return Study(signals=[signal], records=6, duration=duration, recording="PSG night")


def samples() -> list[Case]:
    """Give numbers of samples per record."""
    bad = {"0": "0", "neg": "-20", "text": "abc", "blank": "", "half": "20.5", "nan": "nan"}
    bomb = {"8_digits": "99999999", "million_bytes": "50000000"}
    return [
        *[
            refuse(
                f"h_spr_{n}",
                "SAMPLES_PER_RECORD",
                SAMPLES,
                f"{c!r}",
                with_leg(claimed_per_record=c),
            )
            for n, c in bad.items()
        ],
        *[
            refuse(f"h_spr_{n}", "RESOURCE", RECORDS, f"{c!r}", with_leg(claimed_per_record=c))
            for n, c in bomb.items()
        ],
        refuse(
            "h_spr_over_file",
            "TRUNCATED",
            RECORDS,
            "one record would be longer than the file",
            with_leg(claimed_per_record="1000"),
        ),
        warn(
            "h_spr_float",
            "HEADER_NUMBER",
            "'20.0' samples",
            with_leg(claimed_per_record="20.0"),
            means=PLAIN,
        ),
        refuse(
            "h_bomb_both",
            "RESOURCE",
            RECORDS,
            "99999999 records of 99999999 samples",
            claiming(with_leg(claimed_per_record="99999999"), "99999999"),
        ),
        refuse(
            "h_crlf_in_head",
            "HEADER_SIZE",
            COUNT,
            "a line end in the patient field became two bytes",
            patched(PLAIN, 30, b"\n").replace(b"\n", b"\r\n", 1),
        ),
        refuse(
            "h_crlf_in_signals",
            "HEADER_SIZE",
            "signal 1, samples per record",
            "a line end in a transducer field became two bytes",
            patched(PLAIN, 300, b"\n").replace(b"\n", b"\r\n", 1),
        ),
        exact(
            "h_dur_0_lists",
            "annotations alone, record duration 0",
            ALONE,
            events=[(0.0, 30.0, "Sleep stage W"), (30.0, 30.0, "Sleep stage N1")],
        ),
        exact(
            "h_dur_1_lists",
            "annotations alone, in records of 60 s",
            replace(ALONE, duration="60"),
            events=[(0.0, 30.0, "Sleep stage W"), (30.0, 30.0, "Sleep stage N1")],
        ),
    ]


ALONE = Study(
    signals=(),
    records=1,
    duration="0",
    lists=[
        tal("+0", "")
        + tal("+0", "Sleep stage W", duration="30")
        + tal("+30", "Sleep stage N1", duration="30")
    ],
)

CASES = [*numbers_of_records(), *sizes(), *durations(), *samples()]
