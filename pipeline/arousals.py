"""EEG arousals: where they can be scored, and which there are when nobody scored any."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.arousal_parameters import ArousalParameters
from pipeline.events import Event, EventKind
from pipeline.hypnogram import Hypnogram, Stage
from pipeline.recording import Lead
from pipeline.spectra import BandPowers, Blocks, band_powers, envelope, trailing_mean

RULE_SET = "auto_arousal_v1"
_THETA, _ALPHA, _SPINDLE, _FAST = range(4)  # columns of the bands


def scorable_for_arousal(
    hypnogram: Hypnogram, parameters: ArousalParameters, *, has_chin: bool = True
) -> NDArray[np.float64]:
    """Give the stretches in which an arousal can be scored, seconds, shape (n, 2).

    That is sleep, from its eleventh second on; without chin EMG not R. What came before the
    hypnogram is not known and does not count as sleep.
    """
    asleep = _stretches(hypnogram, hypnogram.is_sleep)
    asleep[:, 0] += parameters.stable_sleep_s
    stable: NDArray[np.float64] = asleep[asleep[:, 1] > asleep[:, 0]]
    if has_chin:
        return stable
    is_r = hypnogram.stages == Stage.R
    return intervals.subtract(stable, _stretches(hypnogram, is_r))


def detect_arousals(
    eeg: Lead, chin: Lead | None, hypnogram: Hypnogram, parameters: ArousalParameters
) -> tuple[Event, ...]:
    """Give the automatic EEG arousals of the night, sorted by onset.

    Parameters
    ----------
    eeg
        A central derivation, in microvolts.
    chin
        Chin EMG; without it no arousal is found in R.
    hypnogram
        Stages; arousals begin in sleep only.
    parameters
        Thresholds.

    Notes
    -----
    Each band's power in blocks of 2 s is compared with its geometric mean over the sleep before;
    a second pass leaves the shifts of the first out of that mean.

    Deviations from the arousal rule of the AASM manual, version 3 [unverified wording]:

    - The rule is for the eye; "abrupt shift" is here a rise of a band's power and of its share.
    - One derivation is used, the rule takes central, frontal and occipital ones together.
    - Fast activity ends at 30 Hz, and a shift over 15 s is cut to its first 15 s.
    - Arousals that begin in an epoch of wake are not searched for.
    """
    blocks = Blocks(length_s=parameters.block_s, hop_s=parameters.hop_s)
    powers = band_powers(eeg, blocks, _edges_hz(parameters))
    is_asleep = _is_asleep(hypnogram, powers.times_s)
    _, is_shift = _shifts(powers, is_asleep, parameters)
    rise, is_shift = _shifts(powers, is_asleep & ~is_shift, parameters)
    scorable = scorable_for_arousal(hypnogram, parameters, has_chin=chin is not None)
    candidates = _candidates(powers.times_s, rise, is_shift, parameters)
    candidates = candidates[intervals.contains(scorable, candidates[:, 0])]
    if chin is not None:
        candidates = _with_chin(candidates, chin, hypnogram, parameters)
    excess = _excess(rise, parameters)
    return tuple(
        _event(eeg, (start, stop), excess[_inside(powers, start, stop)], parameters)
        for start, stop in _apart(candidates, parameters)
    )


def _edges_hz(parameters: ArousalParameters) -> tuple[float, ...]:
    lower = (parameters.theta_from_hz, parameters.alpha_from_hz, parameters.spindle_from_hz)
    return (*lower, parameters.fast_from_hz, parameters.fast_to_hz)


def _window_s(parameters: ArousalParameters) -> tuple[float, float, float]:
    return parameters.baseline_s, parameters.guard_s, parameters.stable_sleep_s


def _stretches(hypnogram: Hypnogram, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give start and end of each unbroken stretch of such epochs, seconds, shape (n, 2)."""
    return intervals.runs(mask).astype(np.float64) * hypnogram.epoch_s + hypnogram.offset_s


def _is_asleep(hypnogram: Hypnogram, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    asleep = _stretches(hypnogram, hypnogram.is_sleep)
    return intervals.contains(asleep, times_s)


def _shifts(
    powers: BandPowers, is_baseline: NDArray[np.bool_], parameters: ArousalParameters
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give the rise of each band's log power, (n_blocks, n_bands), and which blocks shifted."""
    window = _window_s(parameters)
    rise = powers.log_bands - trailing_mean(powers.log_bands, is_baseline, parameters.hop_s, window)
    shares = powers.log_bands - powers.log_whole[:, None]
    share = shares - trailing_mean(shares, is_baseline, parameters.hop_s, window)
    floors = np.log([parameters.theta_rise, parameters.rise, np.inf, parameters.rise])
    has_risen = (rise >= floors) & (share >= np.log(parameters.share_rise))
    spindle = rise[:, _SPINDLE]
    # a spindle leaks into both neighbours; the shift must be stronger than the spindle band's
    is_shift: NDArray[np.bool_] = (
        (has_risen[:, _THETA] & (shares[:, _THETA] >= np.log(parameters.theta_share)))
        | (has_risen[:, _ALPHA] & (rise[:, _ALPHA] > spindle))
        | (has_risen[:, _FAST] & (rise[:, _FAST] > spindle))
    )
    return rise, is_shift


def _candidates(
    times_s: NDArray[np.float64],
    rise: NDArray[np.float64],
    is_shift: NDArray[np.bool_],
    parameters: ArousalParameters,
) -> NDArray[np.float64]:
    """Give the shifts that last long enough, cut to the longest, shape (n, 2)."""
    gap = round(parameters.merge_gap_s / parameters.hop_s)
    merged = intervals.merge(intervals.runs(is_shift), gap).astype(np.int64)
    lasting, _ = _lasting(merged, times_s, parameters)  # most are too short even untrimmed
    found = [_trimmed(rise, first, stop) for first, stop in lasting]
    blocks = np.array(found, dtype=np.int64).reshape(-1, 2)
    _, kept = _lasting(blocks, times_s, parameters)
    return np.column_stack((kept[:, 0], np.minimum(kept[:, 1], kept[:, 0] + parameters.longest_s)))


def _lasting(
    blocks: NDArray[np.int64], times_s: NDArray[np.float64], parameters: ArousalParameters
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give those long enough, as half-open indices of blocks and in seconds, each (n, 2)."""
    half = parameters.hop_s / 2
    stretches = np.column_stack((times_s[blocks[:, 0]] - half, times_s[blocks[:, 1] - 1] + half))
    is_lasting = stretches[:, 1] - stretches[:, 0] >= parameters.shortest_s
    return blocks[is_lasting], stretches[is_lasting]


def _trimmed(rise: NDArray[np.float64], first: int, stop: int) -> tuple[int, int]:
    """Give the part from the first to the last block with half of the shift's own power.

    A strong shift shows in a block before most of the block is in it; at half of its power the
    middle of the block is where it began.
    """
    of_bands = rise[first:stop, (_THETA, _ALPHA, _FAST)]
    strongest = of_bands[:, np.argmax(np.median(of_bands, axis=0))]
    inside = np.flatnonzero(strongest >= np.median(strongest) - np.log(2.0))
    return first + int(inside[0]), first + int(inside[-1]) + 1


def _with_chin(
    candidates: NDArray[np.float64],
    chin: Lead,
    hypnogram: Hypnogram,
    parameters: ArousalParameters,
) -> NDArray[np.float64]:
    """Keep those outside R, and those in R during which the chin EMG rises, shape (n, 2)."""
    log = np.log(envelope(chin, parameters.hop_s))[:, None]
    times_s = (np.arange(len(log), dtype=np.float64) + 0.5) * parameters.hop_s
    is_asleep = _is_asleep(hypnogram, times_s)
    rise = (log - trailing_mean(log, is_asleep, parameters.hop_s, _window_s(parameters)))[:, 0]
    rises = intervals.runs(rise >= np.log(parameters.chin_rise)) * parameters.hop_s
    rises = rises[rises[:, 1] - rises[:, 0] >= parameters.chin_shortest_s]
    is_r = np.array([hypnogram.stage_at(x) is Stage.R for x in candidates[:, 0]], dtype=np.bool_)
    return candidates[~is_r | intervals.overlaps(candidates, rises)]


def _apart(
    candidates: NDArray[np.float64], parameters: ArousalParameters
) -> list[tuple[float, float]]:
    """Keep the candidates that have stable sleep between themselves and the one kept before."""
    kept: list[tuple[float, float]] = []
    for start, stop in candidates:
        if not kept or start - kept[-1][1] >= parameters.stable_sleep_s:
            kept.append((float(start), float(stop)))
    return kept


def _inside(powers: BandPowers, start_s: float, stop_s: float) -> NDArray[np.bool_]:
    """Tell which blocks have their middle in the stretch, shape (n_blocks,)."""
    return intervals.contains(np.array([[start_s, stop_s]]), powers.times_s)


def _excess(rise: NDArray[np.float64], parameters: ArousalParameters) -> NDArray[np.float64]:
    """Give how far the strongest band lies over its own threshold, log power, shape (n_blocks,)."""
    floors = np.log([parameters.theta_rise, parameters.rise, parameters.rise])
    over: NDArray[np.float64] = (rise[:, (_THETA, _ALPHA, _FAST)] - floors).max(axis=1)
    return over


def _event(
    eeg: Lead,
    span_s: tuple[float, float],
    excess: NDArray[np.float64],
    parameters: ArousalParameters,
) -> Event:
    """Give the arousal with its median excess and what that makes likely.

    The odds that it is one are (excess / even_excess) ** confidence_slope.
    """
    median = float(np.median(excess))
    odds = np.exp(parameters.confidence_slope * (median - np.log(parameters.even_excess)))
    return Event(
        kind=EventKind.AROUSAL,
        rule_set=RULE_SET,
        onset_s=span_s[0],
        duration_s=span_s[1] - span_s[0],
        channel=eeg.label,
        threshold_excess=float(np.exp(median)),
        confidence=float(odds / (1.0 + odds)),
    )
