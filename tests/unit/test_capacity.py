"""Studies at a time: by what is wanted, by cores, by memory, and by how many there are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline import capacity
from pipeline.capacity import studies_at_a_time

GIB = 1 << 30
PAGES = {"SC_PHYS_PAGES": 4 * GIB // 4096, "SC_PAGE_SIZE": 4096}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Be a machine of 8 cores and 4 GiB."""
    monkeypatch.setattr(capacity, "n_cores", lambda: 8)
    monkeypatch.setattr(os, "sysconf", PAGES.__getitem__, raising=False)
    monkeypatch.setattr(capacity, "_CGROUP_LIMIT", tmp_path / "memory.max")


@pytest.mark.parametrize(
    ("wanted", "study_mib", "n_studies", "n"),
    [(0, 256, 99, 8), (0, 1024, 99, 4), (0, 8192, 99, 1), (6, 1024, 99, 6), (6, 256, 2, 2)],
)
def test_cores_memory_wish_and_studies_bound_it(
    wanted: int, study_mib: int, n_studies: int, n: int
) -> None:
    assert studies_at_a_time(wanted, study_mib, n_studies) == n


@pytest.mark.parametrize(("limit", "n"), [("2147483648\n", 2), ("max\n", 4)])
def test_a_limit_of_the_unit_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, limit: str, n: int
) -> None:
    (tmp_path / "limit").write_text(limit)
    monkeypatch.setattr(capacity, "_CGROUP_LIMIT", tmp_path / "limit")
    assert capacity.by_machine(1024) == n


def test_a_system_that_does_not_tell_its_memory_goes_by_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "sysconf")
    assert capacity.by_machine(1024) == 8
