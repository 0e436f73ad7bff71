"""Reasons to ask a clinician, as prompts and never as a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.cohort.night import CohortNight, PersonNight
from pipeline.cohort.parameters import FlagParameters
from pipeline.cohort.rates import has_rate
from pipeline.hypnogram import Stage


class Prompt(StrEnum):
    """What may be worth a clinician's look."""

    PERSISTENT = "frequent_and_persistent"
    PERIODIC = "periodic_rather_than_sporadic"
    WAKE = "in_wake_too"


SOURCES = {
    Prompt.PERSISTENT: "Whitney and Weiss 2018, doi 10.1007/s40675-018-0104-9",
    Prompt.PERIODIC: "Walters 2007, doi 10.1378/chest.06-1602",
    Prompt.WAKE: "Vetrugno and Montagna 2011, doi 10.1016/j.sleep.2011.10.005",
}
_OPENING = "May be worth a clinician's look:"


@dataclass(frozen=True, kw_only=True)
class Flag:
    """One question about one person, and its answer.

    Attributes
    ----------
    is_raised
        None when it could not be judged, with `reason`.
    share, threshold
        What was judged, and from where on it is told.
    n
        Nights or jerks that the share is of.
    words
        The prompt; empty unless raised.
    """

    person: str
    prompt: Prompt
    is_raised: bool | None
    share: float | None
    threshold: float
    n: int
    words: str
    reason: str
    source: str


def flags(
    person: str, nights: Sequence[PersonNight], parameters: FlagParameters
) -> tuple[Flag, ...]:
    """Give the answer to every question for the nights of one person."""
    return (
        _persistent(person, nights, parameters),
        _periodic(person, nights, parameters),
        _in_wake(person, nights, parameters),
    )


def _persistent(person: str, nights: Sequence[PersonNight], parameters: FlagParameters) -> Flag:
    rates = [
        (each.night.n_jerks_n1 or 0) / each.night.n1_h
        for each in nights
        if has_rate(each) and each.night.n1_h
    ]
    n, least = len(rates), parameters.persistent_nights
    n_frequent = sum(rate >= parameters.frequent_per_h for rate in rates)
    return _flag(
        person,
        Prompt.PERSISTENT,
        (n_frequent, n),
        parameters.persistent_share,
        f"jerks in N1 were frequent ({parameters.frequent_per_h:g} per hour of N1 or more) in "
        f"{n_frequent} of {n} nights. Ask whether they last over weeks and disturb sleep.",
        "" if n >= least else f"{n} nights with a rate, {least} needed",
    )


def _periodic(person: str, nights: Sequence[PersonNight], parameters: FlagParameters) -> Flag:
    counted = [_series(each.night, parameters) for each in nights]
    n_periodic, n = sum(hits for hits, _ in counted), sum(total for _, total in counted)
    return _flag(
        person,
        Prompt.PERIODIC,
        (n_periodic, n),
        parameters.periodic_share,
        f"{n_periodic} of {n} short bursts (jerks, and candidates rejected as part of a PLM "
        "series) came in periodic series, where sleep starts are sporadic. Ask for periodic limb "
        "movements, restless legs and other myoclonus.",
        _too_few(n, parameters),
    )


def _in_wake(person: str, nights: Sequence[PersonNight], parameters: FlagParameters) -> Flag:
    counted = [_awake(each.night, parameters) for each in nights]
    n_awake, n = sum(hits for hits, _ in counted), sum(total for _, total in counted)
    return _flag(
        person,
        Prompt.WAKE,
        (n_awake, n),
        parameters.wake_share,
        f"{n_awake} of {n} jerks came in wake, away from falling asleep. Ask for jerks by day and "
        "in relaxed wake.",
        _too_few(n, parameters),
    )


def _flag(
    person: str,
    prompt: Prompt,
    hits: tuple[int, int],
    threshold: float,
    words: str,
    reason: str,
) -> Flag:
    share = None if reason else hits[0] / hits[1]
    is_raised = None if share is None else share >= threshold
    return Flag(
        person=person,
        prompt=prompt,
        is_raised=is_raised,
        share=share,
        threshold=threshold,
        n=hits[1],
        words=f"{_OPENING} {words}" if is_raised else "",
        reason=reason,
        source=SOURCES[prompt],
    )


def _too_few(n: int, parameters: FlagParameters) -> str:
    return "" if n >= parameters.least_jerks else f"{n} jerks, {parameters.least_jerks} needed"


def _series(night: CohortNight, parameters: FlagParameters) -> tuple[int, int]:
    """Give the candidates that are periodic, and all of them.

    Those of a PLM series are periodic by the leg movement rules; the others when they stand in a
    row of enough onsets with intervals of PLM.
    """
    if night.candidates is None:
        return 0, 0
    onsets_s = night.candidates.onsets_s
    gaps_s = np.diff(onsets_s)
    is_link = (gaps_s >= parameters.series_least_s) & (gaps_s <= parameters.series_most_s)
    in_series = np.zeros(len(onsets_s), np.bool_)
    for start, stop in intervals.runs(is_link):
        if stop - start + 1 >= parameters.series_jerks:
            in_series[start : stop + 1] = True
    return int((in_series | night.candidates.is_in_plm).sum()), len(onsets_s)


def _awake(night: CohortNight, parameters: FlagParameters) -> tuple[int, int]:
    """Give the jerks in wake that is not just before sleep, and all jerks in staged epochs."""
    if night.jerks_s is None:
        return 0, 0
    hypnogram = night.hypnogram
    stages = np.array([hypnogram.stage_at(t) for t in night.jerks_s], np.int64)
    asleep_s = hypnogram.onsets_s[hypnogram.is_sleep]
    is_away = (stages == Stage.W) & (_until(asleep_s, night.jerks_s) > parameters.drowsy_s)
    return int(is_away.sum()), int((stages >= Stage.W).sum())


def _until(onsets_s: NDArray[np.float64], times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the seconds from each time to the next onset; infinite where none comes."""
    following = np.append(onsets_s, np.inf)
    after: NDArray[np.float64] = following[np.searchsorted(onsets_s, times_s)] - times_s
    return after
