"""Layer annotation: time-stamped lists, legal and malformed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.robust.corpus.case import Case, Event, exact, warn
from tests.robust.corpus.drawn import BDF_PLUS, PLAIN, PLUS, RECORDS, listed, timed
from tests.unit.edf_bytes import Study, tal

LIGHTS = tal("+2.5", "Lights off")
OFF: Event = (2.5, None, "Lights off")


def legal() -> list[Case]:
    """Give lists that EDF+ allows."""
    lists: dict[str, tuple[bytes, Sequence[Event]]] = {
        "duration": (tal("+2.5", "LM", duration="0.7"), [(2.5, 0.7, "LM")]),
        "duration_0": (tal("+2.5", "LM", duration="0"), [(2.5, 0.0, "LM")]),
        "texts": (tal("+2", "a", "b", "c"), [(2.0, None, t) for t in "abc"]),
        "texts_20": (
            tal("+2", *"abcdefghijklmnopqrst"),
            [(2.0, None, t) for t in "abcdefghijklmnopqrst"],
        ),
        "before": (tal("-0.5", "calibration"), [(-0.5, None, "calibration")]),
        "long_before": (tal("-7200", "arrived"), [(-7200.0, None, "arrived")]),
        "minus_0": (tal("-0", "start"), [(0.0, None, "start")]),
        "lines": (tal("+1", "one\r\ntwo\tthree\n"), [(1.0, None, "one\r\ntwo\tthree\n")]),
        "utf8": (tal("+1", "µ 睡眠 é 😴"), [(1.0, None, "µ 睡眠 é 😴")]),
        "html": (tal("+1", "<script>x</script>"), [(1.0, None, "<script>x</script>")]),
        "formula": (tal("+1", "=cmd|' /C calc'!A0"), [(1.0, None, "=cmd|' /C calc'!A0")]),
        "precise": (tal("+1.2345678", "x"), [(1.2345678, None, "x")]),
        "zeros": (tal("+0000002.50", "x"), [(2.5, None, "x")]),
        "long": (tal("+1", "x" * 2000), [(1.0, None, "x" * 2000)]),
        "blanks": (tal("+1", "  x  "), [(1.0, None, "  x  ")]),
        "order": (
            tal("+4", "late") + tal("+1", "early"),
            [(4.0, None, "late"), (1.0, None, "early")],
        ),
        "twice": (LIGHTS + LIGHTS, [OFF, OFF]),
        "link": (tal("+1", "Limb movement@@EMG LAT"), [(1.0, None, "Limb movement@@EMG LAT")]),
        "empty": (tal("+1", "") + LIGHTS, [OFF]),
        "end": (tal("+6", "Lights on"), [(6.0, None, "Lights on")]),
        "nul_between": (bytes(5) + LIGHTS, [OFF]),
    }
    return [
        exact(f"a_{n}", "legal", listed(raw), events=events) for n, (raw, events) in lists.items()
    ]


def malformed() -> list[Case]:
    """Give lists that break the rules: what is certain is read, the rest is left out and told."""
    lists: dict[str, tuple[bytes, Sequence[Event]]] = {
        "end_replaced": (LIGHTS[:-1] + b"\n" + tal("+3", "LM"), [OFF, (3.0, None, "LM")]),
        "duration_point": (tal("+2.5", "LM", duration=".5"), [(2.5, 0.5, "LM")]),
        "whole_point": (tal("+2.", "x"), [(2.0, None, "x")]),
        "no_sign": (b"2.5\x14x\x14\x00", [(2.5, None, "x")]),
        "comma": (b"+2,5\x14x\x14\x00", [(2.5, None, "x")]),
        "not_closed": (b"+2.5\x14x\x00", [(2.5, None, "x")]),
        "duration_none": (b"+2.5\x15\x14x\x14\x00", [(2.5, None, "x")]),
        "duration_text": (tal("+2.5", "x", duration="y"), [(2.5, None, "x")]),
        "duration_minus": (tal("+2.5", "x", duration="-1"), [(2.5, None, "x")]),
        "duration_comma": (tal("+2.5", "x", duration="0,5"), [(2.5, None, "x")]),
        "duration_plus": (tal("+2.5", "x", duration="+1"), [(2.5, None, "x")]),
        "duration_nan": (tal("+2.5", "x", duration="nan"), [(2.5, None, "x")]),
        "duration_huge": (tal("+2.5", "x", duration="9" * 400), [(2.5, None, "x")]),
        "duration_twice": (b"+2.5\x151\x152\x14x\x14\x00", [(2.5, None, "x")]),
        "longer": (tal("+2.5", "x", duration="60000"), [(2.5, 60000.0, "x")]),
        "past_end": (tal("+90", "x"), [(90.0, None, "x")]),
        "past_end_1ms": (tal("+5.5", "x", duration="0.502"), [(5.5, 0.502, "x")]),
        "latin1": (b"+2.5\x14Jambe gauch\xe9\x14\x00", [(2.5, None, "Jambe gauch\xe9")]),
        "exponent": (tal("+1e2", "x") + LIGHTS, [OFF]),
        "huge": (tal("+" + "9" * 400, "x") + LIGHTS, [OFF]),
        "nan": (tal("+nan", "x") + LIGHTS, [OFF]),
        "inf": (tal("+inf", "x") + LIGHTS, [OFF]),
        "clock": (tal("+22:15:31", "x") + LIGHTS, [OFF]),
        "two_signs": (tal("+-1", "x") + LIGHTS, [OFF]),
        "no_onset": (b"\x14x\x14\x00" + LIGHTS, [OFF]),
        "blank_onset": (tal("+ 1", "x") + LIGHTS, [OFF]),
        "rubbish": (b"rubbish\x00" + LIGHTS, [OFF]),
        "random": (bytes(range(1, 256)) + b"\x00" + LIGHTS, [OFF]),
        "nul_inside": (b"+1\x14Li\x00ghts\x14\x00" + LIGHTS, [(1.0, None, "Li"), OFF]),
        "glued": (b"+1\x14a\x14+2\x14b\x14\x00", [(1.0, None, "a"), (2.0, None, "b")]),
        "glued_duration": (
            b"+1\x14a\x14+2\x150.5\x14b\x14\x00",
            [(1.0, None, "a"), (2.0, 0.5, "b")],
        ),
        "surrogate": (b"+1\x14\xed\xa0\x80\x14\x00", [(1.0, None, "\xed\xa0\x80")]),
    }
    return [
        warn(f"a_bad_{n}", "TAL", "malformed", listed(raw), events=events)
        for n, (raw, events) in lists.items()
    ]


def channels() -> list[Case]:
    """Give annotation signals: none, several, at any place, misnamed."""
    others = [bytes(2), LIGHTS, *[bytes(2)] * 4]
    three = replace(PLUS, more_lists=[others, [bytes(2)] * 5 + [tal("+5.5", "Lights on")]])
    labels = {"small": "EDF annotations", "capitals": "EDF ANNOTATIONS", "bdf": "BDF Annotations"}
    many = [tal(f"+{i / 100:g}", f"event {i}") for i in range(600)]
    dense = [tal(f"+{i}", "") + b"".join(many[i * 100 : (i + 1) * 100]) for i in range(6)]
    crowd = [tal("+0", "")] + [tal(f"+{i}", "") for i in range(1, 6)]
    crowd[0] += b"".join(tal(f"+{i * 0.001:g}", f"{i}") for i in range(5000))
    return [
        exact("a_two_channels", "two", replace(PLUS, more_lists=[others]), events=[OFF]),
        exact("a_three_channels", "three", three, events=[OFF, (5.5, None, "Lights on")]),
        exact("a_first", "before the signals", replace(listed(LIGHTS), lists_at=0), events=[OFF]),
        exact("a_middle", "between them", replace(listed(LIGHTS), lists_at=1), events=[OFF]),
        exact(
            "a_middle_bdf",
            "between them, BDF+",
            replace(listed(LIGHTS, study=BDF_PLUS), lists_at=1),
            events=[OFF],
            suffix=".bdf",
        ),
        exact(
            "a_dense",
            "100 in each second",
            replace(PLUS, lists=dense),
            events=[(float(f"{i / 100:g}"), None, f"event {i}") for i in range(600)],
        ),
        exact(
            "a_crowd",
            "5000 in one record",
            replace(PLUS, lists=crowd),
            events=[(float(f"{i * 0.001:g}"), None, f"{i}") for i in range(5000)],
        ),
        warn(
            "a_no_channel",
            "EDFPLUS_FLAG",
            "EDF+C without one",
            replace(PLAIN, reserved="EDF+C", recording=PLUS.recording, patient="X X X X"),
        ),
        warn(
            "a_no_flag",
            "EDFPLUS_FLAG",
            "not flagged",
            replace(listed(LIGHTS), reserved=""),
            events=[OFF],
        ),
        *[
            warn(
                f"a_flag_{n}", "EDFPLUS_FLAG", c, replace(listed(LIGHTS), reserved=c), events=[OFF]
            )
            for n, c in (
                ("bare", "EDF+"),
                ("small", "EDF+c"),
                ("all_small", "edf+c"),
                ("bdf", "BDF+C"),
            )
        ],
        *[
            warn(
                f"a_label_{n}",
                "EDFPLUS_FLAG",
                c,
                replace(listed(LIGHTS), lists_label=c),
                events=[OFF],
            )
            for n, c in labels.items()
        ],
        warn(
            "a_label_edf_in_bdf",
            "EDFPLUS_FLAG",
            "'EDF Annotations' in BDF+",
            replace(listed(LIGHTS, study=BDF_PLUS), lists_label="EDF Annotations"),
            events=[OFF],
            suffix=".bdf",
        ),
        warn("a_one_lost", "TAL", "one record without timekeeping", without(3)),
        warn("a_all_lost", "TAL", "no timekeeping at all", without(*range(RECORDS))),
        warn(
            "a_random_record",
            "TAL",
            "random bytes in one record",
            replace(PLUS, lists=[*timed()[:3], bytes(range(255, 1, -1)), *timed()[4:]]),
        ),
    ]


def without(*records: int) -> Study:
    """Give the EDF+ study without the timekeeping of some records."""
    lists = [b"\x00" if i in records else stamp for i, stamp in enumerate(timed())]
    return replace(PLUS, lists=lists)


CASES = [*legal(), *malformed(), *channels()]
