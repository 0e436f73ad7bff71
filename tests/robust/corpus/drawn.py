"""The studies that the cases are made of, and ways to spoil their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.unit.edf_bytes import Signal, Study, tal

RECORDS = 6
MAIN_BYTES = 256


def noise(n: int, seed: int, span: int = 4001) -> tuple[int, ...]:
    """Give `n` whole numbers from -span/2 to span/2 that look like chance; always the same."""
    state, values = seed, []
    for _ in range(n):
        state = (state * 1103515245 + 12345) % 2**31
        values.append(state // 2**8 % span - span // 2)
    return tuple(values)


EEG = Signal(digital=noise(60, 1))
LEG = Signal(label="EMG LAT", digital=noise(120, 2), per_record=20, physical=("-800", "800"))
TWO = (EEG, LEG)
PLAIN = Study(signals=TWO, recording="PSG night", records=RECORDS)
BDF_RANGE = ("-8388608", "8388607")
WIDE = (
    replace(EEG, digital=noise(60, 3, 16_000_001), digital_range=BDF_RANGE),
    replace(LEG, digital=noise(120, 4, 16_000_001), digital_range=BDF_RANGE),
)
BDF = Study(signals=WIDE, recording="PSG night", records=RECORDS, is_bdf=True)


def timed(*lists: bytes, at: int = 2, records: int = RECORDS, step: float = 1.0) -> list[bytes]:
    """Give a timekeeping list for each record, with `lists` behind that of record `at`."""
    stamps = [tal(f"+{i * step:g}", "") for i in range(records)]
    stamps[at] += b"".join(lists)
    return stamps


PLUS = Study(signals=TWO, records=RECORDS, lists=timed())
BDF_PLUS = Study(signals=WIDE, records=RECORDS, lists=timed(), is_bdf=True)


def with_leg(study: Study = PLAIN, **fields: object) -> Study:
    """Give the study with some fields of the leg's header changed."""
    return replace(study, signals=(study.signals[0], replace(study.signals[1], **fields)))  # type: ignore[arg-type]


def listed(*lists: bytes, study: Study = PLUS) -> Study:
    """Give the EDF+ study with annotations in its third record."""
    return replace(study, lists=timed(*lists))


def patched(study: Study, start: int, text: bytes) -> bytes:
    """Give the file with some bytes written over."""
    content = study.encode()
    return content[:start] + text + content[start + len(text) :]


def head_bytes(study: Study) -> int:
    """Give where the data begin."""
    n_lists = 0 if study.lists is None else 1 + len(study.more_lists)
    return MAIN_BYTES * (1 + len(study.signals) + n_lists)


def record_bytes(study: Study) -> int:
    """Give the size of one data record."""
    return (len(study.encode()) - head_bytes(study) - len(study.extra)) // study.records


def only(study: Study, records: int) -> Study:
    """Give what is left of a study when its end is lost."""
    lists = None if study.lists is None else study.lists[:records]
    return replace(study, records=records, lists=lists)


def cut(study: Study, n_bytes: int) -> bytes:
    """Give the file without its last bytes."""
    return study.encode()[:-n_bytes]


def claiming(study: Study, claim: str | bytes) -> Study:
    """Give the study with another number of records in its header."""
    return replace(study, n_records=claim)


def signals(count: int, records: int = 2) -> Sequence[Signal]:
    """Give many small signals."""
    return tuple(
        Signal(label=f"EEG {i + 1}", digital=noise(2 * records, i), per_record=2)
        for i in range(count)
    )
