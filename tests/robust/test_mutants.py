"""Mutants of legal files: refused by type or read, and never differently from others in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.robust.fuzz import LIMIT_MIB, LIMIT_S, fuzz, keep
from tests.robust.mutants import mutant

SEED = 1


def test_two_thousand_mutants(tmp_path: Path) -> None:
    report = fuzz(tmp_path, seed=SEED, count=2000)
    assert report.failures == []
    assert sum(report.outcomes.values()) == 2000


def test_the_mutants_reach_reading_refusal_and_both_second_readers(tmp_path: Path) -> None:
    report = fuzz(tmp_path, seed=SEED, count=500)
    assert min(report.outcomes[name] for name in ("exact", "warned", "refused")) > 20
    assert min(report.opinions[name] for name in ("pyedflib reads", "edfio reads")) > 80
    assert len(report.refusals) > 8


def test_a_mutant_depends_on_seed_and_number_alone() -> None:
    assert mutant(7, 41) == mutant(7, 41)
    assert mutant(7, 41) != mutant(8, 41)


def test_a_failing_mutant_is_kept_with_its_seed(tmp_path: Path) -> None:
    keep(tmp_path / "kept", 7, [(41, "no end")])
    found = mutant(7, 41)
    assert (tmp_path / "kept" / f"seed7_41{found.suffix}").read_bytes() == found.content
    assert "seed 7, mutant 41" in (tmp_path / "kept" / "seed7_41.txt").read_text()


@pytest.mark.fault
@pytest.mark.parametrize("seed", [2, 3, 5])
def test_fifty_thousand_mutants(tmp_path: Path, seed: int) -> None:
    report = fuzz(tmp_path, seed=seed, count=50_000)
    assert report.failures == []
    assert report.slowest_s < LIMIT_S
    assert report.peak_mib < LIMIT_MIB
