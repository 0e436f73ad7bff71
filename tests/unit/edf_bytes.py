"""Small EDF and BDF files as bytes, for tests that need no file from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


def tal(onset: str, *texts: str, duration: str | None = None) -> bytes:
    """One time-stamped annotation list."""
    stamp = onset if duration is None else f"{onset}\x15{duration}"
    return (stamp + "\x14" + "".join(f"{t}\x14" for t in texts)).encode() + b"\x00"


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A signal of whole numbers; fields as they stand in the header."""

    label: str | bytes = "EEG C4-M1"
    unit: str | bytes = "uV"
    digital: Sequence[int] = tuple(range(40))
    physical: tuple[str, str] = ("-3276.8", "3276.7")
    digital_range: tuple[str, str] = ("-32768", "32767")
    prefilter: str = "HP:0.3Hz LP:100Hz N:50Hz"
    per_record: int = 10


@dataclass(frozen=True, kw_only=True)
class Study:
    """A whole file; records of `lists` bytes are added as an annotation signal."""

    signals: Sequence[Signal] = (Signal(),)
    lists: Sequence[bytes] | None = None
    date: str = "02.03.20"
    time: str = "22.15.30"
    patient: str | bytes = "X X X X"
    recording: str = "Startdate 02-MAR-2020 X X X"
    reserved: str | None = None
    n_records: str | None = None
    duration: str = "1"
    header_bytes: str | None = None
    n_signals: str | None = None
    is_bdf: bool = False
    extra: bytes = b""
    records: int = field(default=4)

    def encode(self) -> bytes:
        """Give the file."""
        width = 3 if self.is_bdf else 2
        name = "BDF" if self.is_bdf else "EDF"
        rows = [_signal_row(s) for s in self.signals]
        lists = self.lists
        if lists is not None:
            longest = max(len(x) for x in lists)
            per_record = -(-longest // width)
            low, high = ("-8388608", "8388607") if self.is_bdf else ("-32768", "32767")
            rows.append((f"{name} Annotations", "", "", "-1", "1", low, high, "", per_record, ""))
        count = len(rows)
        plain = "24BIT" if self.is_bdf else ""
        reserved = self.reserved
        if reserved is None:
            reserved = plain if lists is None else f"{name}+C"
        version: str | bytes = b"\xffBIOSEMI" if self.is_bdf else "0"
        main = (
            (version, 8),
            (self.patient, 80),
            (self.recording, 80),
            (self.date, 8),
            (self.time, 8),
            (self.header_bytes or str(256 * (count + 1)), 8),
            (reserved, 44),
            (self.n_records or str(self.records), 8),
            (self.duration, 8),
            (self.n_signals or str(count), 4),
        )
        head = b"".join(_pad(text, n) for text, n in main)
        widths = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
        head += b"".join(_pad(r[i], n) for i, n in enumerate(widths) for r in rows)
        return head + self._data(width) + self.extra

    def _data(self, width: int) -> bytes:
        data = b""
        for i in range(self.records):
            for s in self.signals:
                part = s.digital[i * s.per_record : (i + 1) * s.per_record]
                wide = np.array(part, dtype="<i4").view(np.uint8).reshape(-1, 4)[:, :width]
                data += wide.tobytes()
            if self.lists is not None:
                longest = max(len(x) for x in self.lists)
                data += self.lists[i].ljust(-(-longest // width) * width, b"\x00")
        return data


def _signal_row(signal: Signal) -> tuple[str | bytes | int, ...]:
    return (
        signal.label,
        "",
        signal.unit,
        *signal.physical,
        *signal.digital_range,
        signal.prefilter,
        signal.per_record,
        "",
    )


def _pad(text: object, width: int) -> bytes:
    raw = text if isinstance(text, bytes) else str(text).encode("latin-1")
    return raw.ljust(width)
