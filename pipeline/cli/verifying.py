"""What `hypnic verify` does: each night's files against its manifest, under a progress bar."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import track

from pipeline import store
from pipeline.cli.words import shown
from pipeline.codes import Code
from pipeline.errors import ResultError
from pipeline.outcome import ExitCode


def verify_results(result: Path) -> ExitCode:
    """Name the damaged nights of an output folder, or say whether one night's folder is whole.

    Raises
    ------
    ResultError
        There is no scored night at that place.
    """
    console = Console(emoji=False)
    folders = [result] if (result / store.MANIFEST).is_file() else store.candidates(result)
    if not folders:
        raise ResultError(
            "No scored night is there.",
            code=Code.NO_RESULT,
            found=str(result),
            remedy="Give the folder that was given with --out.",
        )
    faults: dict[Path, str] = {}
    for folder in track(folders, "verifying", console=console, transient=True):
        fault = _fault(folder)
        if fault is not None:
            faults[folder] = fault
    for folder, fault in faults.items():
        console.print(f"[red]damaged[/red] {shown(folder)}\n  {shown(fault)}", soft_wrap=True)
    n_whole = len(folders) - len(faults)
    console.print(f"{len(folders)} nights = {n_whole} whole + {len(faults)} damaged")
    return ExitCode.QUARANTINED if faults else ExitCode.GOOD


def _fault(folder: Path) -> str | None:
    try:
        store.check(folder)
    except ResultError as error:
        return str(error)
    except OSError as error:
        return f"{Code.IO}: it cannot be read ({error.strerror})"
    return None
