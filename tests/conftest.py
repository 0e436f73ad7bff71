"""Fixtures that every suite shares."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real recordings and reference answers, or skip where it is absent."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not (folder / "recordings").is_dir():
        pytest.skip("the reference recordings are not beside the project")
    return folder
