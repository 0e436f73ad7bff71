"""Layers record and semantic: the records' own onsets, mixed rates, lengths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from tests.robust.corpus.case import Case, exact, refuse, warn
from tests.robust.corpus.drawn import EEG, LEG, PLUS, RECORDS, noise
from tests.unit.edf_bytes import Signal, Study, tal

PLACE = "timekeeping annotation of record"


def stamped(onsets: Sequence[str], reserved: str = "EDF+C", text: str = "") -> Study:
    """Give an EDF+ study whose records begin at `onsets`; a `text` stands at second 2.75."""
    lists = [tal(onset, "") for onset in onsets]
    lists[2] += tal("+2.75", text) if text else b""
    return replace(PLUS, reserved=reserved, lists=lists)


def steps(start: float = 0.0, step: float = 1.0) -> list[str]:
    """Give even onsets."""
    return [f"{start + i * step:+.6f}".rstrip("0").rstrip(".") for i in range(RECORDS)]


def flags() -> list[Case]:
    """Give flags that say other than the onsets do, and onsets that go wrong."""
    gap = ["+0", "+1", "+2", "+603", "+604", "+605"]
    small = ["+0", "+1", "+2", "+3.678", "+4.678", "+5.678"]
    back = ["+10", "+11", "+12", "+0", "+1", "+2"]
    jitter = ["+0", "+1.0004", "+1.9997", "+3.0003", "+4", "+5.0002"]
    overlap = ["+0", "+0.5", "+1", "+1.5", "+2", "+2.5"]
    return [
        refuse("e_d_gap", "DISCONTINUOUS", PLACE, "EDF+D with a gap", stamped(gap, "EDF+D")),
        refuse("e_c_gap", "DISCONTINUOUS", PLACE, "EDF+C with a gap", stamped(gap)),
        refuse("e_d_small", "DISCONTINUOUS", PLACE, "a gap of 0.678 s", stamped(small, "EDF+D")),
        refuse("e_d_back", "TIME_REVERSED", PLACE, "EDF+D going back", stamped(back, "EDF+D")),
        refuse("e_c_back", "TIME_REVERSED", PLACE, "EDF+C going back", stamped(back)),
        refuse("e_c_overlap", "DISCONTINUOUS", PLACE, "records overlap", stamped(overlap)),
        refuse("e_d_overlap", "DISCONTINUOUS", PLACE, "they overlap", stamped(overlap, "EDF+D")),
        refuse("e_c_double", "DISCONTINUOUS", PLACE, "onsets 2 s apart", stamped(steps(0.0, 2.0))),
        warn("e_c_small", "DISCONTINUOUS", "EDF+C jumps by 0.678 s", stamped(small)),
        warn("e_d_none", "EDFPLUS_FLAG", "EDF+D without a gap", stamped(steps(), "EDF+D")),
        exact("e_c_jitter", "jitter under 1 ms", stamped(jitter)),
        warn("e_d_jitter", "EDFPLUS_FLAG", "EDF+D, jitter alone", stamped(jitter, "EDF+D")),
        warn(
            "e_c_drift", "DISCONTINUOUS", "0.9 ms more in each record", stamped(steps(0.0, 1.0009))
        ),
    ]


def starts() -> list[Case]:
    """Give first onsets other than 0."""
    text = "Lights off"
    return [
        exact(
            f"d_subsec_{part}",
            f"the record starts {part} s into its second",
            stamped(steps(part), text=text),
            offset_s=part,
            events=[(2.75 - part, None, text)],
        )
        for part in (0.5, 0.25, 0.999)
    ] + [
        warn(
            f"e_start_{name}",
            "TAL",
            f"the first record begins {shift} s from the header's start",
            stamped(steps(shift), text=text),
            offset_s=shift,
            events=[(2.75 - shift, None, text)],
            time=dt.time(22, 15, 30),
        )
        for name, shift in (("late", 100.0), ("early", -5.0), ("early_part", -0.5), ("1s", 1.0))
    ]


def rates() -> list[Case]:
    """Give mixed and odd rates, and short files."""
    spo2 = Signal(label="SpO2", unit="%", digital=(90, 91, 92, 93, 94, 95), per_record=1)
    fast = replace(LEG, digital=noise(6 * 512, 9), per_record=512)
    stages = Signal(label="Hypnogram", unit="", digital=(0, 1, 2, 3, 5, 6), per_record=1)
    mixed = Study(signals=[EEG, fast, spo2], records=RECORDS, recording="PSG night")
    return [
        exact("r_mixed", "10, 512 and 1 Hz", mixed),
        exact("r_mixed_30", "the same in records of 30 s", replace(mixed, duration="30")),
        exact("r_hypnogram", "1 sample in 30 s", replace(mixed, signals=[stages], duration="30")),
        exact("r_one_record", "one record", replace(mixed, records=1)),
        exact("r_fine", "records of 0.01 s", replace(mixed, duration="0.01")),
        exact("q_flat", "flat at 0", replace(mixed, signals=[replace(LEG, digital=(0,) * 120)])),
        exact(
            "q_frozen",
            "one record again and again",
            replace(mixed, signals=[replace(EEG, digital=tuple(EEG.digital[:10]) * 6)]),
        ),
        exact(
            "q_same",
            "two signals alike",
            replace(mixed, signals=[EEG, replace(EEG, label="EEG C3-M2")]),
        ),
        exact(
            "q_crlf_value",
            "each sample is CR LF, and nothing is lost",
            replace(mixed, signals=[replace(LEG, digital=(0x0A0D,) * 120)]),
        ),
    ]


CASES = [*flags(), *starts(), *rates()]
