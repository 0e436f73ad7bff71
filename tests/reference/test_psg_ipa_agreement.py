"""Twelve technologists on one real night: the spread between them is as published figures have it.

PSG-IPA v1.0.0, subject SN1, doi 10.13026/esx0-nw71.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.comparison import Comparison, compare_scorers
from pipeline.event_agreement import MatchParameters
from pipeline.hypnogram import Stage
from pipeline.scorers import read_scorers, with_aliases


def compared(shared: Path, pattern: str) -> Comparison:
    paths = sorted((shared / "reference" / "psg_ipa_sn1").glob(pattern))
    scorers = with_aliases([read_scorers(path) for path in paths])
    return compare_scorers(scorers, MatchParameters())


@pytest.mark.parametrize(("pattern", "kappa"), [("manual_*", 0.468), ("semiauto_*", 0.514)])
def test_the_median_kappa_of_n1_against_the_rest_is_the_known_one(
    shared: Path, pattern: str, kappa: float
) -> None:
    found = compared(shared, pattern)
    assert len(found.pairs) == 66
    assert found.median_kappa(Stage.N1) == pytest.approx(kappa, abs=5e-4)


@pytest.mark.parametrize(
    ("measure", "low", "high"),
    [
        ("n1_min", 23.5, 125.0),
        ("lps_min", 9.1, 12.6),
        ("n2_latency_min", 1.6, 14.6),
        ("n3_latency_min", 28.1, 38.6),
    ],
)
def test_minutes_and_latencies_spread_as_far_as_known(
    shared: Path, measure: str, low: float, high: float
) -> None:
    found = compared(shared, "manual_*")
    values = [summary.metrics[measure].value for summary in found.summaries]
    assert [round(min(map(float, filter(None, values))), 1)] == [low]
    assert [round(max(map(float, filter(None, values))), 1)] == [high]
