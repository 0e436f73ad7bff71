"""Several scorings of one night side by side: people, machines, or both."""

from __future__ import annotations

from pipeline.comparison.compare import Comparison, compare_scorers
from pipeline.comparison.crowd import Crowd
from pipeline.comparison.pairs import EventComparison, MatchRule, PairAgreement
from pipeline.comparison.scorer import EventGroup, Scorer

__all__ = [
    "Comparison",
    "Crowd",
    "EventComparison",
    "EventGroup",
    "MatchRule",
    "PairAgreement",
    "Scorer",
    "compare_scorers",
]
