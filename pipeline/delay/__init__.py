"""What jerks may cost in delay of deeper sleep: plain latencies, and the matched delay."""

from __future__ import annotations

from pipeline.delay.course import Course
from pipeline.delay.estimate import MatchedDelay, matched_delay
from pipeline.delay.latencies import (
    Latencies,
    Target,
    describe,
    persistent_sleep_s,
    unbroken_sleep_s,
)
from pipeline.delay.night_delay import Estimate, NightDelay, night_delay
from pipeline.delay.parameters import DelayParameters
from pipeline.delay.sample import MatchedSample, delays_s, joined, matched_sample

__all__ = [
    "Course",
    "DelayParameters",
    "Estimate",
    "Latencies",
    "MatchedDelay",
    "MatchedSample",
    "NightDelay",
    "Target",
    "delays_s",
    "describe",
    "joined",
    "matched_delay",
    "matched_sample",
    "night_delay",
    "persistent_sleep_s",
    "unbroken_sleep_s",
]
