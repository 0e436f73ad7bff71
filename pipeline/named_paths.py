"""Files and folders that the user names."""

from __future__ import annotations

from pathlib import Path

from pipeline.codes import Code
from pipeline.errors import SettingsError


def make_folder(out: Path) -> None:
    """Make the output folder, for its owner alone, where it is not there."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            "The output folder cannot be made.",
            code=Code.OUT_FOLDER,
            found=f"{out} ({error.strerror})",
            remedy="Give a folder of your own with --out; it must not be the name of a file.",
        ) from error


def require(path: Path) -> None:
    """Refuse a path that nothing is at."""
    if not path.exists():
        raise SettingsError(
            "There is no such file or folder.",
            code=Code.NOT_FOUND,
            found=str(path),
            remedy="Check the path; names with blanks need quotation marks.",
        )
