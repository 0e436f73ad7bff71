"""Nights of a drawn cohort, without files: letters for epochs, seconds for jerks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.cohort import Candidates, CohortNight, NightDescent, PersonNight
from pipeline.descents import DescentParameters, Outcome, find_descents
from pipeline.hypnogram import Hypnogram, Stage, from_letters


def drawn_night(
    letters: str,
    jerks_s: Sequence[float] | None = (),
    *,
    arousals_s: Sequence[float] | None = (),
    movements_s: Sequence[float] = (),
    in_plm_s: Sequence[float] = (),
    minutes: Mapping[str, float | None] | None = None,
    key: str = "s1",
) -> CohortNight:
    """Give the night of one letter an epoch; jerks of None are legs that could not be scored."""
    hypnogram = from_letters(letters)
    return night_of(
        hypnogram,
        jerks_s,
        arousals_s=arousals_s,
        movements_s=movements_s,
        in_plm_s=in_plm_s,
        minutes=minutes,
        key=key,
    )


def night_of(
    hypnogram: Hypnogram,
    jerks_s: Sequence[float] | None,
    *,
    arousals_s: Sequence[float] | None = (),
    movements_s: Sequence[float] = (),
    in_plm_s: Sequence[float] = (),
    minutes: Mapping[str, float | None] | None = None,
    key: str = "s1",
) -> CohortNight:
    """Give the night of a hypnogram, with its descents by the rules of a night."""
    found = find_descents(hypnogram, 0.0, hypnogram.end_s, None, DescentParameters())
    jerks = None if jerks_s is None else np.sort(np.asarray(jerks_s, np.float64))
    n1 = hypnogram.stages == Stage.N1
    in_n1 = 0 if jerks is None else sum(hypnogram.stage_at(t) == Stage.N1 for t in jerks)
    candidates = sorted([(t, False) for t in jerks_s or ()] + [(t, True) for t in in_plm_s])
    return CohortNight(
        study_key=key,
        hypnogram=hypnogram,
        lights_off_s=0.0,
        lights_on_s=hypnogram.end_s,
        descents=tuple(
            NightDescent(start_s=d.start_s, end_s=d.end_s, outcome=Outcome(d.outcome))
            for d in found
        ),
        jerks_s=jerks,
        candidates=None
        if jerks is None
        else Candidates(
            onsets_s=np.array([t for t, _ in candidates], np.float64),
            is_in_plm=np.array([plm for _, plm in candidates], np.bool_),
        ),
        scorable_s=None if jerks is None else np.full(len(hypnogram), hypnogram.epoch_s),
        arousals_s=None if arousals_s is None else np.sort(np.asarray(arousals_s, np.float64)),
        movements_s=np.sort(np.asarray(movements_s, np.float64)),
        n_jerks_n1=None if jerks is None or not n1.any() else in_n1,
        n1_h=None if jerks is None else float(n1.sum() * hypnogram.epoch_s / 3600.0) or None,
        minutes={} if minutes is None else minutes,
        why_no_rate="" if jerks is not None else "no leg channel could be scored",
    )


def of_person(
    person: str, night: CohortNight, number: int = 1, **covariates: str | None
) -> PersonNight:
    """Give the night as the person's."""
    return PersonNight(person=person, number=number, night=night, covariates=covariates)


def drawn_cohort(
    seed: int,
    *,
    n_persons: int = 30,
    n_nights: int = 2,
    log_ratio: float = 0.0,
    jerks_per_min: float = 0.3,
    frailty: float = 0.3,
) -> list[PersonNight]:
    """Give nights whose epochs of N1 have a known hazard of N2, changed by jerks or not.

    Persons differ in their hazards and in how often they jerk. N1 goes on, goes to N2 (then wakes
    after 4 epochs) or back to wake; each night has 8 descents.
    """
    draw = np.random.default_rng(seed)
    nights = []
    for person in range(n_persons):
        ease = frailty * draw.standard_normal()
        often = jerks_per_min * np.exp(0.5 * draw.standard_normal())
        for number in range(n_nights):
            letters, jerks_s = letters_and_jerks(draw, ease, often, log_ratio)
            night = drawn_night(letters, jerks_s, key=f"s{person}x{number}")
            nights.append(of_person(f"p{person:03d}", night, number + 1))
    return nights


def letters_and_jerks(
    draw: np.random.Generator, ease: float, often: float, log_ratio: float
) -> tuple[str, list[float]]:
    """Give eight descents in letters, and the onsets of the jerks, whose effect is known."""
    letters, jerks_s = ["W", "W"], list[float]()
    for _ in range(8):
        for elapsed in range(1, 60):
            start_s = 30.0 * len(letters)
            letters.append("1")
            jerks_s += (start_s + 30.0 * draw.random(draw.poisson(often / 2))).tolist()
            end_s = start_s + 30.0
            has_jerk = any(end_s - 60.0 <= t < end_s for t in jerks_s)
            eta = -2.3 + ease + 0.4 * np.log(elapsed / 2) + log_ratio * has_jerk
            if draw.random() < -np.expm1(-np.exp(eta)):
                letters += "2222"
                break
            if draw.random() < 0.05:
                break
        letters += "WW"
    return "".join(letters), jerks_s
