"""Published nights to files for other programs: each whole or not at all, damaged ones told."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import store
from pipeline.codes import Code
from pipeline.errors import HypnicError, PassingError, ResultError, SettingsError
from pipeline.exchange.format_names import ExportFormat
from pipeline.exports.formats import WRITERS, ExportOptions
from pipeline.exports.opened import night_folders, open_result
from pipeline.named_paths import make_folder

OnNight = Callable[[], None]
_DRAFT = ".hypnic-"


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """What is to be exported.

    Attributes
    ----------
    result
        A night's folder, or the folder of all results.
    out
        Where the files go; must not lie within a published night.
    """

    result: Path
    out: Path
    formats: tuple[ExportFormat, ...]
    options: ExportOptions


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What became of one night.

    Attributes
    ----------
    folder
        The published night.
    paths
        What was written.
    error
        Why nothing was; None where all went well.
    """

    folder: Path
    paths: tuple[Path, ...] = ()
    error: HypnicError | None = None


def find_nights(request: ExportRequest) -> tuple[Path, ...]:
    """Give the nights that the request means, once it is known that they can be exported.

    Raises
    ------
    ResultError
        NO_RESULT.
    SettingsError
        OUT_FOLDER: it cannot be made, or lies within a published night.
    """
    folders = night_folders(request.result)
    place = request.out.resolve()
    if any((folder / store.MANIFEST).exists() for folder in (place, *place.parents)):
        raise SettingsError(
            "The files would lie within a published night, which is never changed.",
            code=Code.OUT_FOLDER,
            where="--out",
            found=str(request.out),
            remedy="Give another folder with --out.",
        )
    make_folder(request.out)
    return folders


def export_nights(
    request: ExportRequest, folders: Sequence[Path], *, on_night: OnNight = lambda: None
) -> tuple[Exported, ...]:
    """Export one night after another; a damaged one is told, and the others go on.

    The names begin with the study key; where a study has several results, with the digest of
    each behind it.

    Parameters
    ----------
    on_night
        Told after each night.

    Raises
    ------
    PassingError
        IO, DISK_FULL: the files cannot be written.
    """
    counts = Counter(folder.parent.name for folder in folders)
    found = []
    for folder in folders:
        has_several = counts[folder.parent.name] > 1
        found.append(_export(request, folder, f"_{folder.name}" if has_several else ""))
        on_night()
    return tuple(found)


def _export(request: ExportRequest, folder: Path, ending: str) -> Exported:
    try:
        opened = open_result(folder)
        with tempfile.TemporaryDirectory(dir=request.out, prefix=_DRAFT) as draft:
            for each in request.formats:
                WRITERS[each](Path(draft), f"{opened.study_key}{ending}", opened, request.options)
            paths = _moved(Path(draft), request.out)
    except ResultError as error:
        return Exported(folder=folder, error=error)
    except OSError as error:
        raise PassingError(
            "The files cannot be written.",
            code=Code.IO,
            found=error.strerror or type(error).__name__,
            remedy="Check that the folder given with --out is writable and has room.",
        ) from error
    return Exported(folder=folder, paths=paths)


def _moved(draft: Path, out: Path) -> tuple[Path, ...]:
    """Move finished files to their place, for their owner alone; older ones are replaced."""
    found = []
    for path in sorted(draft.iterdir()):
        path.chmod(0o600)
        found.append(path.replace(out / path.name))
    return tuple(found)
