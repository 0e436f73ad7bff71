"""Small EDF and BDF files as bytes, for tests that need no file from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

Row = tuple[str | bytes | int, ...]
_WIDTHS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)


def tal(onset: str, *texts: str, duration: str | None = None) -> bytes:
    """One time-stamped annotation list."""
    stamp = onset if duration is None else f"{onset}\x15{duration}"
    return (stamp + "\x14" + "".join(f"{t}\x14" for t in texts)).encode() + b"\x00"


@dataclass(frozen=True, kw_only=True)
class Signal:
    """A signal of whole numbers; fields as they stand in the header."""

    label: str | bytes = "EEG C4-M1"
    transducer: str | bytes = ""
    unit: str | bytes = "uV"
    digital: Sequence[int] = tuple(range(40))
    physical: tuple[str | bytes, str | bytes] = ("-3276.8", "3276.7")
    digital_range: tuple[str | bytes, str | bytes] = ("-32768", "32767")
    prefilter: str | bytes = "HP:0.3Hz LP:100Hz N:50Hz"
    per_record: int = 10
    claimed_per_record: str | bytes | None = None

    def row(self) -> Row:
        """Give the fields of its header."""
        claimed = self.claimed_per_record
        return (
            self.label,
            self.transducer,
            self.unit,
            *self.physical,
            *self.digital_range,
            self.prefilter,
            str(self.per_record) if claimed is None else claimed,
            "",
        )

    def record(self, number: int, width: int) -> bytes:
        """Give its samples in one data record."""
        part = self.digital[number * self.per_record : (number + 1) * self.per_record]
        return np.array(part, dtype="<i4").view(np.uint8).reshape(-1, 4)[:, :width].tobytes()


@dataclass(frozen=True, kw_only=True)
class Lists:
    """An annotation signal: the bytes of its lists in each record."""

    lists: Sequence[bytes]
    label: str | bytes
    width: int

    @property
    def per_record(self) -> int:
        """Samples that the longest record takes."""
        return max(1, -(-max(len(x) for x in self.lists) // self.width))

    def row(self) -> Row:
        """Give the fields of its header."""
        low, high = ("-8388608", "8388607") if self.width == 3 else ("-32768", "32767")
        return (self.label, "", "", "-1", "1", low, high, "", self.per_record, "")

    def record(self, number: int, width: int) -> bytes:
        """Give its bytes in one data record."""
        return self.lists[number].ljust(self.per_record * width, b"\x00")


@dataclass(frozen=True, kw_only=True)
class Study:
    """A whole file; records of `lists` bytes are added as an annotation signal.

    `more_lists` are further annotation signals, `lists_at` says before which signal all of them
    stand (behind the last where None).
    """

    signals: Sequence[Signal] = (Signal(),)
    lists: Sequence[bytes] | None = None
    more_lists: Sequence[Sequence[bytes]] = ()
    lists_at: int | None = None
    lists_label: str | bytes | None = None
    version: str | bytes | None = None
    date: str | bytes = "02.03.20"
    time: str | bytes = "22.15.30"
    patient: str | bytes = "X X X X"
    recording: str | bytes = "Startdate 02-MAR-2020 X X X"
    reserved: str | bytes | None = None
    n_records: str | bytes | None = None
    duration: str | bytes = "1"
    header_bytes: str | bytes | None = None
    n_signals: str | bytes | None = None
    is_bdf: bool = False
    extra: bytes = b""
    records: int = field(default=4)

    @property
    def width(self) -> int:
        """Bytes of a sample."""
        return 3 if self.is_bdf else 2

    def encode(self) -> bytes:
        """Give the file."""
        parts = self._parts()
        rows = [part.row() for part in parts]
        head = b"".join(_pad(text, n) for text, n in self._main(len(rows)))
        head += b"".join(_pad(r[i], n) for i, n in enumerate(_WIDTHS) for r in rows)
        data = [part.record(i, self.width) for i in range(self.records) for part in parts]
        return head + b"".join(data) + self.extra

    def _parts(self) -> list[Signal | Lists]:
        name = "BDF" if self.is_bdf else "EDF"
        label = f"{name} Annotations" if self.lists_label is None else self.lists_label
        lists = [] if self.lists is None else [self.lists, *self.more_lists]
        added = [Lists(lists=x, label=label, width=self.width) for x in lists]
        at = len(self.signals) if self.lists_at is None else self.lists_at
        return [*self.signals[:at], *added, *self.signals[at:]]

    def _main(self, count: int) -> tuple[tuple[str | bytes, int], ...]:
        name, plain = ("BDF", "24BIT") if self.is_bdf else ("EDF", "")
        version: str | bytes = b"\xffBIOSEMI" if self.is_bdf else "0"
        reserved = plain if self.lists is None else f"{name}+C"
        return (
            (_given(self.version, version), 8),
            (self.patient, 80),
            (self.recording, 80),
            (self.date, 8),
            (self.time, 8),
            (_given(self.header_bytes, str(256 * (count + 1))), 8),
            (_given(self.reserved, reserved), 44),
            (_given(self.n_records, str(self.records)), 8),
            (self.duration, 8),
            (_given(self.n_signals, str(count)), 4),
        )


def _given(value: str | bytes | None, default: str | bytes) -> str | bytes:
    return default if value is None else value


def _pad(text: str | bytes | int, width: int) -> bytes:
    raw = text if isinstance(text, bytes) else str(text).encode("latin-1")
    return raw.ljust(width)[:width]
