"""Matched jerks and controls, and the delay that they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.delay.competing_risks import incidence
from pipeline.delay.course import Course, Passages, passages
from pipeline.delay.matching import NO_CONTROL, Matching, match
from pipeline.delay.parameters import DelayParameters


@dataclass(frozen=True, kw_only=True, eq=False)
class MatchedSample:
    """The jerks that could be matched, their control moments, and what came after each.

    Attributes
    ----------
    n_jerks
        Jerks in N1 of any descent, matched or not.
    n_followers
        Of these, jerks that follow another within a minute and so were not compared.
    n_descents
        Descents that `*_descents` count in, over all nights.
    jerk_times_s, jerk_endings, jerk_descents
        Seconds from each matched jerk to the end of its descent, the `Ending`, and the descent
        it lies in; shape (n_matched,).
    control_times_s, control_endings, control_descents
        The same from each control moment; shape (n_controls,).
    control_jerks
        Index of the jerk that the control belongs to, shape (n_controls,).
    """

    n_jerks: int
    n_followers: int = 0
    n_descents: int
    jerk_times_s: NDArray[np.float64]
    jerk_endings: NDArray[np.int8]
    jerk_descents: NDArray[np.int64]
    control_times_s: NDArray[np.float64]
    control_endings: NDArray[np.int8]
    control_descents: NDArray[np.int64]
    control_jerks: NDArray[np.int64]

    @property
    def n_matched(self) -> int:
        """Number of matched jerks."""
        return len(self.jerk_times_s)


def matched_sample(courses: Sequence[Course], parameters: DelayParameters) -> MatchedSample:
    """Give the matched jerks and controls of one person's nights."""
    person = passages(courses)
    return sample_of(person, match(person, person.jerks_s[None, :], parameters))


def sample_of(person: Passages, matching: Matching) -> MatchedSample:
    """Give the matched jerks and controls of the first train."""
    since_s = matching.since_s[0]
    matched = np.flatnonzero(matching.is_matched[0])
    rows, ranks = np.nonzero(matching.controls[0, matched] != NO_CONTROL)
    controls = matching.controls[0, matched[rows], ranks]
    descents = person.jerk_descents[matched]
    return MatchedSample(
        n_jerks=int(matching.is_n1[0].sum()),
        n_followers=int((matching.is_n1[0] & ~matching.is_asked[0]).sum()),
        n_descents=person.n_descents,
        jerk_times_s=person.lengths_s[descents] - since_s[matched],
        jerk_endings=person.endings[descents],
        jerk_descents=descents,
        control_times_s=person.lengths_s[controls] - since_s[matched[rows]],
        control_endings=person.endings[controls],
        control_descents=controls,
        control_jerks=rows,
    )


def restricted_means_s(
    sample: MatchedSample, multiplicities: NDArray[np.float64], parameters: DelayParameters
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the restricted mean times to N2 after jerks and after controls, (n_resamples,) each.

    Parameters
    ----------
    sample
        Jerks and controls; those of several persons may be joined with `joined`.
    multiplicities
        How often each descent counts, shape (n_resamples, n_descents); ones give the estimate.
    parameters
        The horizon.

    Notes
    -----
    Each jerk weighs as its descent, and its controls together as much as it: a control counts
    by its own descent within the jerk's. A jerk without a drawn control is left out of both.
    """
    of_controls = multiplicities[:, sample.control_descents]
    per_jerk = _summed(of_controls, sample.control_jerks, sample.n_matched)
    of_jerks = multiplicities[:, sample.jerk_descents] * (per_jerk > 0.0)
    each = of_jerks / np.where(per_jerk > 0.0, per_jerk, 1.0)
    after_jerks = incidence(sample.jerk_times_s, sample.jerk_endings, of_jerks)
    after_controls = incidence(
        sample.control_times_s,
        sample.control_endings,
        of_controls * each[:, sample.control_jerks],
    )
    is_any = of_jerks.any(axis=1)
    jerks_s, controls_s = (
        np.where(is_any, x.restricted_mean_s(parameters.horizon_s), np.nan)
        for x in (after_jerks, after_controls)
    )
    return jerks_s, controls_s


def delays_s(
    sample: MatchedSample, multiplicities: NDArray[np.float64], parameters: DelayParameters
) -> NDArray[np.float64]:
    """Give the delay for each resampling of the descents, seconds, shape (n_resamples,).

    The arguments are those of `restricted_means_s`. NaN where no matched jerk was drawn.
    """
    jerks_s, controls_s = restricted_means_s(sample, multiplicities, parameters)
    return jerks_s - controls_s


def train_delays_s(
    person: Passages, matching: Matching, parameters: DelayParameters
) -> NDArray[np.float64]:
    """Give the delay of each train, seconds, (n_trains,); NaN with too few matched jerks."""
    is_matched = matching.is_matched
    jerk_times_s = person.lengths_s[person.jerk_descents] - matching.since_s
    after_jerks = incidence(
        jerk_times_s,
        np.broadcast_to(person.endings[person.jerk_descents], jerk_times_s.shape),
        is_matched.astype(np.float64),
    )
    is_control = matching.controls != NO_CONTROL
    weights = is_control / np.maximum(is_control.sum(axis=2, keepdims=True), 1)
    n_trains = len(weights)
    after_controls = incidence(
        (person.lengths_s[matching.controls] - matching.since_s[:, :, None]).reshape(n_trains, -1),
        person.endings[matching.controls].reshape(n_trains, -1),
        weights.reshape(n_trains, -1),
    )
    delays = after_jerks.restricted_mean_s(parameters.horizon_s)
    delays -= after_controls.restricted_mean_s(parameters.horizon_s)
    return np.where(is_matched.sum(axis=1) >= parameters.least_matched, delays, np.nan)


def exchanged_delays_s(
    sample: MatchedSample, parameters: DelayParameters, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Give the delays with a moment drawn from each jerk and its controls in the jerk's place.

    Seconds, shape (n_permutations,).
    """
    n_jerks, sets = sample.n_matched, np.append(np.arange(sample.n_matched), sample.control_jerks)
    times_s = np.append(sample.jerk_times_s, sample.control_times_s)
    endings = np.append(sample.jerk_endings, sample.control_endings)
    n_controls = np.bincount(sample.control_jerks, minlength=n_jerks)
    chosen = rng.integers(0, n_controls + 1, (parameters.n_permutations, n_jerks))
    first = np.cumsum(n_controls) - n_controls
    ranks = np.append(np.zeros(n_jerks), 1 + np.arange(len(sets) - n_jerks) - first[sets[n_jerks:]])
    is_chosen = chosen[:, sets] == ranks
    after = [
        incidence(times_s, endings, weights).restricted_mean_s(parameters.horizon_s)
        for weights in (is_chosen.astype(np.float64), ~is_chosen / n_controls[sets])
    ]
    return after[0] - after[1]


def joined(samples: Sequence[MatchedSample]) -> MatchedSample:
    """Give the samples of several persons as one; descents and jerks are numbered on."""
    descents = np.cumsum([0, *(s.n_descents for s in samples)])
    jerks = np.cumsum([0, *(s.n_matched for s in samples)])
    before = list(zip(samples, descents, jerks, strict=False))
    return MatchedSample(
        n_jerks=sum(s.n_jerks for s in samples),
        n_followers=sum(s.n_followers for s in samples),
        n_descents=int(descents[-1]),
        jerk_times_s=np.concatenate([s.jerk_times_s for s in samples]),
        jerk_endings=np.concatenate([s.jerk_endings for s in samples]),
        jerk_descents=np.concatenate([s.jerk_descents + n for s, n, _ in before]),
        control_times_s=np.concatenate([s.control_times_s for s in samples]),
        control_endings=np.concatenate([s.control_endings for s in samples]),
        control_descents=np.concatenate([s.control_descents + n for s, n, _ in before]),
        control_jerks=np.concatenate([s.control_jerks + n for s, _, n in before]),
    )


def _summed(
    values: NDArray[np.float64], groups: NDArray[np.int64], n_groups: int
) -> NDArray[np.float64]:
    """Give the sums of the columns of each group, shape (n_rows, n_groups); groups are sorted."""
    totals = np.zeros((len(values), n_groups))
    if n_groups:
        firsts = np.searchsorted(groups, np.arange(n_groups))
        totals[:] = np.add.reduceat(values, firsts, axis=1)
    return totals
