"""pyedflib and edfio as second readers: what each says of a file, or that it refuses it.

They reopen files by path, may crash and may take much memory: read a private copy with them, in
a process of its own.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

from pipeline.edf.annotations import Annotation
from pipeline.edf.opinion import EDFIO, PYEDFLIB, SecondReading, SecondSignal

_STEP_S = 1e-7  # EDFlib counts times in 100 ns
_TEXT_BYTES = 512  # EDFlib hands out no more of an annotation's text
_DURATION_BYTES = 15  # and no more of a duration
_T = TypeVar("_T")


class ReaderRefusesError(Exception):
    """A second reader does not read the file, and so has no opinion of it."""


@contextmanager
def by_pyedflib(path: Path) -> Iterator[SecondReading]:
    """Open the file with pyedflib.

    Raises
    ------
    ReaderRefusesError
        It refuses the file.
    """
    import pyedflib

    with warnings.catch_warnings(action="ignore"):
        reader = _or_refusal(lambda: pyedflib.EdfReader(str(path)))
        with reader:
            yield _or_refusal(lambda: _of_pyedflib(reader))


@contextmanager
def by_edfio(path: Path) -> Iterator[SecondReading]:
    """Open the file with edfio, as EDF or BDF by its content.

    Raises
    ------
    ReaderRefusesError
        It refuses the file.
    """
    import edfio

    with warnings.catch_warnings(action="ignore"):
        with path.open("rb") as file:
            read = edfio.read_bdf if file.read(1) == b"\xff" else edfio.read_edf
        yield _or_refusal(lambda: _of_edfio(read(path)))


Reader = Callable[[Path], Any]
READERS: Mapping[str, Reader] = MappingProxyType({PYEDFLIB: by_pyedflib, EDFIO: by_edfio})


def _of_pyedflib(reader: Any) -> SecondReading:
    counts = [int(n) for n in reader.getNSamples()]
    fraction = dt.timedelta(seconds=int(reader.starttime_subsecond) * _STEP_S)
    whole = dt.datetime(  # noqa: DTZ001  EDF has no zone
        reader.startdate_year,
        reader.startdate_month,
        reader.startdate_day,
        reader.starttime_hour,
        reader.starttime_minute,
        reader.starttime_second,
    )
    start = whole + fraction  # its own sum takes 100 ns for nanoseconds
    annotations = [found for found in reader.read_annotation() if found[2]]
    return SecondReading(
        reader=PYEDFLIB,
        signals=tuple(
            SecondSignal(
                rate_hz=float(reader.samplefrequency(i)),
                per_record=int(reader.samples_in_datarecord(i)),
                physical=(float(reader.physical_min(i)), float(reader.physical_max(i))),
                digital=(int(reader.digital_min(i)), int(reader.digital_max(i))),
            )
            for i in range(reader.signals_in_file)
        ),
        n_records=int(reader.datarecords_in_file),
        date=start.date(),
        time=start.time(),
        annotations=tuple(_annotation(*found) for found in annotations),
        has_cut_durations=any(len(lasts) >= _DURATION_BYTES for _, lasts, _ in annotations),
        text_bytes=_TEXT_BYTES,
        samples=lambda i, begin, end: reader.readSignal(i, begin, end - begin, digital=True),
        values=lambda i, n: reader.readSignal(i, 0, min(n, counts[i])),
    )


def _annotation(onset: int, lasts: bytes, text: bytes) -> Annotation:
    duration_s = float(lasts) if lasts else None
    return Annotation(
        onset_s=onset * _STEP_S, duration_s=duration_s, text=text.decode(errors="ignore")
    )


def _of_edfio(study: Any) -> SecondReading:
    return SecondReading(
        reader=EDFIO,
        signals=tuple(_edfio_signal(signal) for signal in study.signals),
        n_records=study.num_data_records,
        date=_or_nothing(lambda: study.startdate),
        time=_or_nothing(lambda: study.starttime),
        annotations=_or_nothing(lambda: _edfio_annotations(study)),
        text_bytes=None,
        samples=lambda i, begin, end: study.signals[i].digital[begin:end],
        values=lambda i, n: study.signals[i].data[:n],
    )


def _edfio_signal(signal: Any) -> SecondSignal:
    return SecondSignal(
        rate_hz=_or_nothing(lambda: float(signal.sampling_frequency)),
        per_record=signal.samples_per_data_record,
        physical=_or_nothing(lambda: cast("tuple[float, float]", tuple(signal.physical_range))),
        digital=_or_nothing(lambda: cast("tuple[int, int]", tuple(signal.digital_range))),
    )


def _edfio_annotations(study: Any) -> tuple[Annotation, ...]:
    """Give its annotations without the empty ones, which tell nothing."""
    return tuple(
        Annotation(onset_s=a.onset, duration_s=a.duration, text=a.text)
        for a in study.annotations
        if a.text
    )


def _or_refusal(ask: Callable[[], _T]) -> _T:
    try:
        return ask()
    except Exception as error:
        raise ReaderRefusesError(type(error).__name__) from error


def _or_nothing(ask: Callable[[], _T]) -> _T | None:
    """Give what the reader says, or None where it raises whatever it raises."""
    try:
        return ask()
    except Exception:  # noqa: BLE001  it has no opinion then
        return None
