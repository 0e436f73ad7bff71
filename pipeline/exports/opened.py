"""A published night opened: its record, its tables, and what they are to MNE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.codes import Code
from pipeline.errors import ResultError
from pipeline.exchange.parameters import ExchangeParameters
from pipeline.exchange.scored_night import ScoredNight, scored_night
from pipeline.result_files import DESCENTS, EPOCHS, EVENTS, NIGHT_JSON

if TYPE_CHECKING:
    import mne  # loaded only where it is asked for

_SECTION = "exchange"
_FAULTS = (OSError, KeyError, TypeError, ValueError, pa.ArrowException)


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenedNight:
    """One published night; nothing of it is ever written to.

    Attributes
    ----------
    folder
        Where it lies.
    manifest, record
        Content of ``manifest.json`` and ``night.json``.
    epochs, events, descents
        Its tables; times in seconds from the start of what was scored.
    """

    folder: Path
    manifest: Mapping[str, Any]
    record: Mapping[str, Any]
    epochs: pa.Table
    events: pa.Table
    descents: pa.Table

    @property
    def study_key(self) -> str:
        """Key of the study."""
        return str(self.record["study_key"])

    @cached_property
    def night(self) -> ScoredNight:
        """What is exported; times in seconds from the start of the recording."""
        return scored_night(self.epochs, self.events, self.record)

    @property
    def parameters(self) -> ExchangeParameters:
        """How it was named when it was published; the default where it was not yet a setting."""
        return ExchangeParameters.model_validate(self.manifest["settings"].get(_SECTION, {}))

    def annotations(self) -> mne.Annotations:
        """Give lights, stages and automatic events, from the start of the recording."""
        from pipeline.exchange.mne_annotations import to_annotations

        return to_annotations(self.night, self.parameters)

    def to_raw(self, recording: Path) -> mne.io.RawArray:
        """Give the leads that were analysed, with these annotations; see `raw.to_raw`.

        Raises
        ------
        ResultError
            RECORDING_OTHER: the file is not the one that was scored.
        """
        from pipeline.exports.raw import to_raw

        return to_raw(recording, self.night, self.parameters, self.manifest)


def open_result(folder: Path) -> OpenedNight:
    """Open a night's folder; every file must be as its manifest says.

    Raises
    ------
    ResultError
        NO_RESULT: no night is there; RESULT_DAMAGED: it is not whole.
    """
    if not (folder / store.MANIFEST).is_file():
        raise _no_result(folder)
    manifest = store.check(folder)
    try:
        opened = OpenedNight(
            folder=folder,
            manifest=manifest,
            record=store.read_record(folder / NIGHT_JSON),
            epochs=_table(folder / EPOCHS),
            events=_table(folder / EVENTS),
            descents=_table(folder / DESCENTS),
        )
        _ = opened.night, opened.parameters
    except _FAULTS as error:
        raise _unreadable(error) from error
    return opened


def open_results(out: Path) -> Iterator[OpenedNight]:
    """Open every night under the folder that was given with ``--out``, one after another.

    Raises
    ------
    ResultError
        As `open_result`; NO_RESULT where there is none.
    """
    for folder in night_folders(out):
        yield open_result(folder)


def night_folders(result: Path) -> tuple[Path, ...]:
    """Give the night's folder itself, or those of every night under an output folder.

    Raises
    ------
    ResultError
        NO_RESULT.
    """
    if (result / store.MANIFEST).is_file():
        return (result,)
    found = tuple(store.nights(result))
    if not found:
        raise _no_result(result)
    return found


def _table(path: Path) -> pa.Table:
    with path.open("rb") as file:
        return pq.read_table(file, use_threads=False)


def _no_result(folder: Path) -> ResultError:
    return ResultError(
        "No scored night is there.",
        code=Code.NO_RESULT,
        found=str(folder),
        remedy="Give a result folder, or the folder that was given with --out.",
    )


def _unreadable(error: Exception) -> ResultError:
    return ResultError(
        "The result folder does not hold what a night has.",
        code=Code.RESULT_DAMAGED,
        found=type(error).__name__,
        remedy="Score the study again with this version.",
    )
