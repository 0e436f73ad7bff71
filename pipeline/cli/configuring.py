"""`hypnic config`: the effective settings as TOML."""

from __future__ import annotations

from pathlib import Path

import typer

from pipeline import settings
from pipeline.outcome import ExitCode
from pipeline.settings_text import effective_toml


def show_effective(config: Path | None, overrides: dict[str, object]) -> ExitCode:
    """Print every setting with its meaning and its source."""
    typer.echo(effective_toml(settings.load(config, overrides)), nl=False)
    return ExitCode.GOOD
