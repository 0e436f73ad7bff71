"""Many small studies that differ, and bad ones of known kinds."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from pipeline.edf.reader import read_header
from tests.robust.faults.trials import small_study

CONFIG = "[draws]\nn_draws = 5\n"
_HEADER_BYTES_AT, _DURATION_AT, _SIGNALS_AT = 184, 244, 252  # places in an EDF header
_LABELS_AT, _LABEL_BYTES = 256, 16


def good_studies(folder: Path, n: int) -> list[Path]:
    """Write `n` studies that differ in two samples of the last signal's last record."""
    first = small_study(folder / "first")
    content = first.read_bytes()
    place = read_header(first).header_bytes
    first.unlink()
    first.parent.rmdir()
    paths = []
    for number in range(n):
        path = folder / f"good{number:03}.edf"
        changed = bytearray(content)
        changed[place : place + 2] = number.to_bytes(2, "little")  # one sample, of EEG
        path.write_bytes(changed)
        paths.append(path)
    return paths


def bad_studies(folder: Path, like: Path, n: int) -> dict[Path, str]:
    """Write `n` bad studies of ten kinds, all different; give the code that each must get."""
    content = like.read_bytes()
    found = {}
    for number in range(n):
        code, spoil = _KINDS[number % len(_KINDS)]
        path = folder / f"bad{number:03}.edf"
        path.write_bytes(spoil(content, number))
        found[path] = code
    return found


def _put(content: bytes, place: int, text: str, width: int) -> bytes:
    return content[:place] + text.ljust(width).encode() + content[place + width :]


def _without_eeg(content: bytes, number: int) -> bytes:
    """Neither EEG nor EOG nor stages: the labels of all three become others."""
    n_signals = int(content[_SIGNALS_AT : _SIGNALS_AT + 4])
    for signal in range(n_signals):
        place = _LABELS_AT + signal * _LABEL_BYTES
        if content[place : place + 3] in {b"EEG", b"EOG", b"EDF"}:
            content = _put(content, place, f"Therm {number} {signal}", _LABEL_BYTES)
    return content


def _without_data(content: bytes, number: int) -> bytes:
    return content[: int(content[_HEADER_BYTES_AT : _HEADER_BYTES_AT + 8]) + number]


_KINDS: tuple[tuple[str, Callable[[bytes, int], bytes]], ...] = (
    ("EMPTY", lambda _, __: b""),
    ("COMPRESSED", lambda content, number: gzip.compress(content[: 900 + number])),
    ("NOT_EDF", lambda _, number: b"<html>%d" % number * 99),
    ("HEADER_TRUNCATED", lambda content, number: content[: 300 + number]),
    ("NSIGNALS", lambda content, number: _put(content, _SIGNALS_AT, f"-{number + 1}", 4)),
    ("RECORD_DURATION", lambda content, number: _put(content, _DURATION_AT, f"-{number}.5", 8)),
    ("NO_EEG", _without_eeg),
    ("TRUNCATED", _without_data),
    ("COMPRESSED", lambda _, number: b"PK\x03\x04" + bytes(600 + number)),
    ("HEADER_SIZE", lambda content, number: _put(content, _HEADER_BYTES_AT, f"{number + 7}", 8)),
)
