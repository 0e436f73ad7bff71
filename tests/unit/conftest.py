"""Fixtures of the unit tests."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an output folder that holds the committed nap's night."""
    from typer.testing import CliRunner

    from pipeline.cli.app import app

    folder = tmp_path_factory.mktemp("scored")
    sample = Path(__file__).parents[2] / "sample_data" / "nap.edf"
    result = CliRunner().invoke(app, ["run", str(sample), "--out", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def night(scored: Path) -> Path:
    """Give the folder of the committed nap's night."""
    from pipeline import store

    [folder] = store.nights(scored)
    return folder
