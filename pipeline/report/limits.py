"""What to know about the night before its numbers are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.codes.pages import PAGES
from pipeline.events import EventKind
from pipeline.intervals import clip, total
from pipeline.legs.activity import LegCondition
from pipeline.night import Night
from pipeline.notices import Notice
from pipeline.report.closeups import role_title
from pipeline.report.parameters import ReportParameters
from pipeline.report.words import counted, minutes, plain


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One thing that narrows what the night can say; `details` are lines under it.

    Attributes
    ----------
    code
        Code of the notices that it stands for, to search by; None where it stands for none.
    """

    title: str
    text: str
    details: tuple[str, ...] = ()
    code: Code | None = None


def limits(night: Night, parameters: ReportParameters) -> tuple[Limit, ...]:
    """Give the night's limits, what weighs most first; empty where nothing was noticed."""
    return (
        *_sleep_limits(night),
        *_leg_limits(night),
        *_channel_limits(night),
        *_lights_limits(night),
        *_notice_limits(_untold(night), parameters.max_notices_per_code),
    )


def _sleep_limits(night: Night) -> list[Limit]:
    scored = night.hypnogram.is_scored
    if not scored.any():
        return [Limit(title="No stages", text="No epoch of the night could be staged.")]
    found = []
    if not night.hypnogram.is_sleep.any():
        text = "Every staged epoch is wake: nothing that is counted in sleep is available."
        found.append(Limit(title="No sleep", text=text))
    if not scored.all():
        text = _unscored_text(night)
        found.append(Limit(title="Unscored epochs", text=text))
    return [*found, *_staging_limits(night), *_arousal_limits(night)]


def _arousal_limits(night: Night) -> list[Limit]:
    arousals = [t.event for t in night.events if t.event.kind is EventKind.AROUSAL]
    if not any(not event.is_scored for event in arousals):
        return []
    text = (
        "No arousals were scored: those in this report were found automatically, by the 3 s rule "
        "on one EEG derivation; the table of events gives each its confidence."
    )
    return [Limit(title="Automatic arousals", text=text)]


def _unscored_text(night: Night) -> str:
    hypnogram, lights = night.hypnogram, night.lights
    in_bed = (hypnogram.onsets_s >= lights.off_s) & (hypnogram.onsets_s < lights.on_s)
    lost = ~hypnogram.is_scored
    within = minutes(float((lost & in_bed).sum()) * hypnogram.epoch_s)
    whole = minutes(float(lost.sum()) * hypnogram.epoch_s)
    return f"{whole} without a stage, {within} of it between lights off and lights on."


def _staging_limits(night: Night) -> list[Limit]:
    if night.automatic is not None:
        return []
    text = "No automatic stages: there is no second opinion on the stages and no probabilities."
    return [Limit(title="No automatic staging", text=text)]


def _leg_limits(night: Night) -> list[Limit]:
    if not night.leg_conditions:
        text = "The study has no leg EMG channel: jerks and leg movements are not available."
        return [Limit(title="No leg channel", text=text)]
    is_noticed = any(n.code is Code.LEG_BELOW_AASM_MINIMUM for n in night.notices)
    found = [
        _leg_limit(leg, night.duration_s, is_noticed=is_noticed) for leg in night.leg_conditions
    ]
    return [*_one_leg(night.leg_conditions), *(each for each in found if each is not None)]


def _one_leg(legs: tuple[LegCondition, ...]) -> list[Limit]:
    usable = [leg for leg in legs if leg.is_scorable]
    if len(usable) != 1:
        return []
    text = (
        f"Only one leg channel could be scored ({role_title(usable[0].role).lower()}): "
        "whether both legs jerked together is not available, and grades are lower."
    )
    return [Limit(title="One leg channel", text=text)]


def _leg_limit(leg: LegCondition, duration_s: float, *, is_noticed: bool) -> Limit | None:
    title = role_title(leg.role)
    if not leg.is_scorable:
        return Limit(title=title, text=f"Could not be scored: {leg.reason}")
    parts = []
    if leg.is_below_aasm_minimum and not is_noticed:
        parts.append(
            "recorded below the AASM minimum (200 Hz, or low-pass under 80 Hz): amplitudes come "
            "out too small, robust z counts first"
        )
    lost_s = total(clip(leg.unscorable, 0.0, duration_s))
    if lost_s > 0:
        parts.append(f"{minutes(lost_s)} could not be scored ({_causes(leg)})")
    return Limit(title=title, text="; ".join(parts) + ".") if parts else None


def _causes(leg: LegCondition) -> str:
    spans: NDArray[np.float64] = np.asarray(leg.unscorable, np.float64).reshape(-1, 2)
    causes = np.array(leg.unscorable_causes, dtype=object)
    lengths = {cause: total(spans[causes == cause]) for cause in sorted(set(causes))}
    longest = sorted(lengths, key=lambda cause: -lengths[cause])
    return ", ".join(f"{plain(cause)} {minutes(lengths[cause])}" for cause in longest)


def _channel_limits(night: Night) -> list[Limit]:
    unused = [use for use in night.channels if not use.used_for and use.reason]
    if not unused:
        return []
    details = tuple(
        f"{role_title(use.role)} {f'({use.label}) ' if use.label else ''}— {use.reason}"
        for use in unused
    )
    text = f"{counted(len(unused), 'channel')} missing or not used:"
    return [Limit(title="Channels", text=text, details=details)]


def _lights_limits(night: Night) -> list[Limit]:
    if not night.lights.is_assumed:
        return []
    lights = night.lights
    if lights.is_off_assumed and lights.is_on_assumed:
        what = "Lights off and lights on are not marked: the whole recording stands for the time"
    elif lights.is_off_assumed:
        what = "Lights off is not marked: the recording's start stands for the start of the time"
    else:
        what = "Lights on is not marked: the recording's end stands for the end of the time"
    text = f"{what} in bed. Sleep efficiency and the latencies from lights off depend on it."
    return [Limit(title="Lights assumed", text=text)]


def _untold(night: Night) -> list[Notice]:
    """Give the notices but those that repeat why a leg could not be scored."""
    told = [leg.reason for leg in night.leg_conditions if not leg.is_scorable and leg.reason]
    return [n for n in night.notices if not any(reason in n.message for reason in told)]


def _notice_limits(notices: Iterable[Notice], most: int) -> list[Limit]:
    by_code: dict[Code, list[Notice]] = {}
    for notice in notices:
        by_code.setdefault(notice.code, []).append(notice)
    return [_notice_limit(code, _lines(group), most) for code, group in sorted(by_code.items())]


def _lines(group: Iterable[Notice]) -> tuple[str, ...]:
    return tuple(f"{each.where}: {each.message}" if each.where else each.message for each in group)


def _notice_limit(code: Code, lines: tuple[str, ...], most: int) -> Limit:
    title = PAGES[code].title
    if len(lines) == 1:
        return Limit(title=title, code=code, text=lines[0])
    text = counted(len(lines), "notice") + ":"
    return Limit(title=title, code=code, text=text, details=_first(lines, most))


def _first(lines: tuple[str, ...], most: int) -> tuple[str, ...]:
    left = len(lines) - most
    return lines if left <= 0 else (*lines[:most], f"and {left} more of this code in night.json")
