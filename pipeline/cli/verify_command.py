"""`hypnic verify`: every published night against its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import DEFAULT_OUT


def verify(
    result: Annotated[
        Path, typer.Argument(help="An output folder, or the result folder of one night.")
    ] = DEFAULT_OUT,
) -> None:
    """Compare every file of every published night with the size and hash in its manifest.

    Damaged nights are named: score those studies again, and they are replaced. The exit code is 1
    where a night is damaged, and 2 where there is none.

    Example: hypnic verify results
    """
    from pipeline.cli.verifying import verify_results

    raise typer.Exit(verify_results(result))
