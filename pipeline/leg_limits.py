"""Why the legs' numbers are absent, or stand on less than the whole night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.codes import Code
from pipeline.events import EventKind
from pipeline.hypnogram import Hypnogram
from pipeline.legs.activity import LegActivity, LegCondition
from pipeline.montage import Montage
from pipeline.notices import Notice

_PERCENT = 100.0
_MINUTE_S = 60.0
_TRAINS = frozenset(
    {
        EventKind.HIGH_FREQUENCY_LM,
        EventKind.FOOT_TREMOR,
        EventKind.ALTERNATING_ACTIVATION,
        EventKind.RHYTHMIC_MOVEMENT,
    }
)


def no_legs_reason(activity: LegActivity, montage: Montage) -> str:
    """Say why no leg could be scored, from the legs themselves or from the channels."""
    refused = dict.fromkeys(c.reason for c in activity.conditions if not c.is_scorable)
    if refused:
        return "; ".join(refused)
    causes = sorted({cause for c in activity.conditions for cause in c.unscorable_causes})
    if activity.conditions:
        return f"no leg could be scored while in bed ({', '.join(causes) or 'no signal'})"
    doubts = sorted({notice.code for notice in montage.notices})
    return "no channel serves as a leg" + (f" (see {', '.join(doubts)})" if doubts else "")


def scorable_by_leg(activity: LegActivity, hypnogram: Hypnogram) -> dict[str, NDArray[np.float64]]:
    """Give the scorable seconds of each epoch, shape (n_epochs,), by role of each scorable leg."""
    return {
        condition.role: scorable_per_epoch(hypnogram, condition.unscorable)
        for condition in activity.conditions
        if condition.is_scorable
    }


def scorable_per_epoch(
    hypnogram: Hypnogram, unscorable: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the seconds of each epoch that lie outside the unscorable stretches, (n_epochs,).

    Parameters
    ----------
    hypnogram
        Its epochs; the stages do not matter.
    unscorable
        Start and end of each stretch, seconds from the start of the record, shape (n, 2).
    """
    merged = intervals.clip(intervals.merge(unscorable), hypnogram.offset_s, hypnogram.end_s)
    edges = np.append(hypnogram.onsets_s, hypnogram.end_s)
    if not len(merged):
        return np.full(len(hypnogram), hypnogram.epoch_s)
    lost_before = np.concatenate(([0.0], np.cumsum(merged[:, 1] - merged[:, 0])))
    place = np.searchsorted(merged[:, 0], edges, side="right")
    within = np.minimum(edges, merged[place - 1, 1]) - merged[place - 1, 0]
    lost = np.where(place > 0, lost_before[place - 1] + within, 0.0)
    scorable: NDArray[np.float64] = np.clip(hypnogram.epoch_s - np.diff(lost), 0.0, None)
    return scorable


def partly_scorable(
    activity: LegActivity,
    scorable_s: Mapping[str, NDArray[np.float64]],
    hypnogram: Hypnogram,
    least_share: float,
) -> Iterator[Notice]:
    """Give a notice for each leg of which less than `least_share` could be scored."""
    whole_s = len(hypnogram) * hypnogram.epoch_s
    for condition in activity.conditions:
        seconds = scorable_s.get(condition.role)
        if seconds is not None and whole_s and seconds.sum() < least_share * whole_s:
            yield _partly(condition, float(seconds.sum() / whole_s))


def _partly(condition: LegCondition, share: float) -> Notice:
    causes = ", ".join(sorted(set(condition.unscorable_causes)))
    return Notice(
        code=Code.LEG_PARTLY_SCORABLE,
        where=condition.role,
        message=f"{condition.label}: only {_PERCENT * share:.0f} % of the night could be scored "
        f"({causes}); rates count scorable time only",
    )


def implausible_trains(activity: LegActivity, most_min: float) -> Iterator[Notice]:
    """Give a notice when trains fill more of the night than legs do: the heart, most likely."""
    trains_s = [e.duration_s for e in activity.events if e.kind in _TRAINS and e.is_accepted]
    minutes = sum(trains_s) / _MINUTE_S
    if minutes > most_min:
        yield Notice(
            code=Code.TRAINS_IMPLAUSIBLE,
            where="legs",
            message=f"Regular trains of bursts fill {minutes:.0f} min of the night. The heart or "
            "another regular artefact may be in the leg leads (an ECG channel lets it be taken "
            "out); sleep starts within these trains were not counted.",
        )
