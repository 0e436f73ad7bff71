"""What of the night's leg activity can be seen in its channels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.events import Event, EventKind, Side
from pipeline.simulate.contaminants import SPANS, Cause, Contamination
from pipeline.simulate.draft import RULE_SET, Burst, Movements
from pipeline.simulate.recipe import LegMontage

_HIDDEN_SIDE: dict[str, Side] = {
    "left_only": Side.RIGHT,
    "right_only": Side.LEFT,
    "identical": Side.RIGHT,
}
_SAME_MOVEMENT_S = 1.0  # the second leg of a simulated movement is that close
_LONGEST_IMI_S = 90.0  # AASM and WASM 2016: a longer interval ends the series
_SHORTEST_SERIES = 4
_OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def observable(
    movements: Movements, found: tuple[Contamination, ...], montage: LegMontage
) -> Movements:
    """Give the movements without the bursts that no channel shows.

    A burst is lost where its leg has no channel or its lead is off. An event keeps the rest of
    its bursts, and its onset, duration and side become theirs; without any it is dropped. Its
    kind stays what the body did: alternating activation seen on one leg is still that.
    """
    seen = [b for b in movements.leg_bursts if not _is_hidden(b, found, montage)]
    kept = sorted({b.event for b in seen}, key=lambda i: (movements.events[i].onset_s, i))
    place = {old: new for new, old in enumerate(kept)}
    return replace(
        movements,
        events=_with_imi(
            [_refit(movements.events[old], [b for b in seen if b.event == old]) for old in kept]
        ),
        leg_bursts=tuple(replace(b, event=place[b.event]) for b in seen),
        chin_bursts=tuple(replace(b, event=place.get(b.event, -1)) for b in movements.chin_bursts),
    )


def as_labelled(movements: Movements, montage: LegMontage) -> Movements:
    """Give the movements with the sides that the channels' labels say.

    Swapped leads show each leg under the other's name; one channel for both knows no side.
    """
    if montage not in ("swapped", "combined"):
        return movements
    return replace(
        movements,
        events=tuple(_labelled(e, montage) for e in movements.events),
        leg_bursts=tuple(replace(b, side=_side(b.side, montage)) for b in movements.leg_bursts),
    )


def artefacts(found: tuple[Contamination, ...], montage: LegMontage) -> tuple[Event, ...]:
    """Give the stretches that cannot be scored; their causes are in the contaminations."""
    return tuple(
        Event(
            kind=EventKind.ARTEFACT,
            rule_set=f"{RULE_SET}_{item.cause}",
            onset_s=item.onset_s,
            duration_s=item.duration_s,
            side=_side(item.side, montage),
            amplitude_uv=item.amplitude_uv,
        )
        for item in found
        if item.cause in SPANS and _is_shown(item, montage)
    )


def _with_imi(events: list[Event]) -> tuple[Event, ...]:
    """Count the series anew: what a lost leg left of one may be none, or two."""
    out = list(events)
    plms = [i for i, e in enumerate(events) if e.is_plm]
    groups: list[list[list[int]]] = []  # series, movements, legs
    for i in plms:
        last = groups[-1][-1] if groups else []
        gap_s = events[i].onset_s - events[last[0]].onset_s if last else np.inf
        if last and gap_s < _SAME_MOVEMENT_S:
            last.append(i)
        elif last and gap_s <= _LONGEST_IMI_S and events[i].series == events[last[0]].series:
            groups[-1].append([i])
        else:
            groups.append([[i]])
    number = 0
    for group in groups:
        is_series = len(group) >= _SHORTEST_SERIES
        number += is_series
        onsets = [min(events[i].onset_s for i in legs) for legs in group]
        for place, legs in enumerate(group):
            imi_s = onsets[place] - onsets[place - 1] if place and is_series else None
            for i in legs:
                out[i] = replace(
                    out[i], is_plm=is_series, series=number if is_series else None, imi_s=imi_s
                )
    return tuple(out)


def _labelled(event: Event, montage: LegMontage) -> Event:
    both = None if montage == "combined" else event.is_both_legs
    return replace(event, side=_side(event.side, montage), is_both_legs=both)


def _is_shown(item: Contamination, montage: LegMontage) -> bool:
    return item.cause is Cause.IDENTICAL or item.side != _HIDDEN_SIDE.get(montage)


def _side(side: Side, montage: LegMontage) -> Side:
    if montage == "combined":
        return Side.UNKNOWN
    return _OTHER.get(side, side) if montage == "swapped" else side


def _is_hidden(burst: Burst, found: tuple[Contamination, ...], montage: LegMontage) -> bool:
    if burst.side == _HIDDEN_SIDE.get(montage):
        return True
    return any(
        c.side == burst.side and c.onset_s < burst.offset_s and burst.onset_s < c.offset_s
        for c in found
        if c.cause in (Cause.LEAD_OFF, Cause.FLAT)
    )


def _refit(event: Event, bursts: list[Burst]) -> Event:
    sides = {b.side for b in bursts}
    onset_s = min(b.onset_s for b in bursts)
    return replace(
        event,
        onset_s=onset_s,
        duration_s=max(b.offset_s for b in bursts) - onset_s,
        side=sides.pop() if len(sides) == 1 else Side.BILATERAL,
        is_both_legs=None if event.is_both_legs is None else len(bursts) > 1,
        amplitude_uv=max(b.amplitude_uv for b in bursts),
        n_parts=len(bursts),
    )
