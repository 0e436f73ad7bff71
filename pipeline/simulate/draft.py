"""The leg events of a night while they are being planned: nouns, room, and adding one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline import intervals
from pipeline.events import Event, EventKind, Side
from pipeline.hypnogram import EPOCH_S, Hypnogram, Stage
from pipeline.simulate.recipe import Recipe

RULE_SET = "simulated"
_AROUSAL_S = (3.0, 9.0)  # AASM: 3 s at least; longer than about 15 s is an awakening
LEGS = (Side.LEFT, Side.RIGHT)
Range = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Burst:
    """One burst of EMG on one muscle.

    Attributes
    ----------
    side
        LEFT or RIGHT leg; UNKNOWN for the chin.
    onset_s, duration_s
        Where the gate is above half: its support at half amplitude, in seconds.
    amplitude_uv
        RMS inside the gate, in 10 to 100 Hz, before the recorder's filter.
    kind
        Of the event that it belongs to.
    event
        Index of that event in `Movements.events`.
    """

    side: Side
    onset_s: float
    duration_s: float
    amplitude_uv: float
    kind: EventKind
    event: int

    @property
    def offset_s(self) -> float:
        """End in seconds from the start of the record."""
        return self.onset_s + self.duration_s


@dataclass(frozen=True, kw_only=True)
class Movements:
    """Everything that the legs do, and what comes with it elsewhere.

    Attributes
    ----------
    events
        Leg events in the order of their making; `Burst.event` points here.
    leg_bursts, chin_bursts
        Their EMG.
    arousals
        Arousals, those with a leg event and the spontaneous ones.
    vertex_s
        Onsets of vertex waves at sleep starts.
    heart_s
        Onsets of heart rate rises.
    """

    events: tuple[Event, ...]
    leg_bursts: tuple[Burst, ...]
    chin_bursts: tuple[Burst, ...]
    arousals: tuple[Event, ...]
    vertex_s: tuple[float, ...]
    heart_s: tuple[float, ...]


@dataclass
class Draft:
    """The plan while it is made; it leaves `draw_movements` only as `Movements`."""

    recipe: Recipe
    hypnogram: Hypnogram
    rng: np.random.Generator
    events: list[Event] = field(default_factory=list)
    legs: list[Burst] = field(default_factory=list)
    chin: list[Burst] = field(default_factory=list)
    arousals: list[Event] = field(default_factory=list)
    vertex_s: list[float] = field(default_factory=list)
    heart_s: list[float] = field(default_factory=list)
    busy: list[Range] = field(default_factory=list)
    lms: list[Range] = field(default_factory=list)
    n_series: int = 0


def stage_time(hypnogram: Hypnogram, *stages: Stage, margin_s: float = 0.0) -> NDArray[np.float64]:
    """Give the stretches in any of the stages, `margin_s` inside their ends, shape (n, 2)."""
    found = intervals.runs(np.isin(hypnogram.stages, stages)).astype(np.float64) * EPOCH_S
    found += (margin_s, -margin_s)
    return found[found[:, 1] > found[:, 0]]


def find_room(
    draft: Draft, allowed: NDArray[np.float64], length_s: float, *, is_lm: bool = False
) -> float | None:
    """Draw an onset such that the event fits and keeps its distance; None: no room."""
    plan = draft.recipe.movements
    taken = _widened(draft.busy, plan.gap_s)
    if is_lm:
        taken = np.concatenate((taken, _widened(draft.lms, plan.lm_gap_s)))
    free = intervals.subtract(allowed, taken) - (0.0, length_s)
    room = np.maximum(free[:, 1] - free[:, 0], 0.0)
    if not room.sum():
        return None
    where = draft.rng.uniform(0.0, room.sum())
    slot = min(int(np.searchsorted(np.cumsum(room), where, side="right")), len(room) - 1)
    return float(free[slot, 1] - (np.cumsum(room)[slot] - where))


def _widened(spans: list[Range], by_s: float) -> NDArray[np.float64]:
    wide = np.array(spans, dtype=np.float64).reshape(-1, 2)
    return np.column_stack((wide[:, 0] - by_s, wide[:, 1] + by_s))


def uniform(draft: Draft, bounds: Range) -> float:
    """Draw a number between the bounds."""
    return float(draft.rng.uniform(*bounds))


def log_uniform(draft: Draft, bounds: Range) -> float:
    """Draw a number between the bounds, evenly on a log scale."""
    return float(np.exp(draft.rng.uniform(*np.log(bounds))))


def chance(draft: Draft, probability: float) -> bool:
    """Draw whether something happens."""
    return float(draft.rng.random()) < probability


def either_leg(draft: Draft) -> Side:
    """Draw a leg."""
    return LEGS[int(draft.rng.integers(2))]


def add(draft: Draft, kind: EventKind, parts: list[tuple[Side, float, float, float]]) -> Event:
    """Record one event made of parts: side, onset, duration, amplitude."""
    index = len(draft.events)
    draft.legs += [
        Burst(side=s, onset_s=t, duration_s=d, amplitude_uv=a, kind=kind, event=index)
        for s, t, d, a in parts
    ]
    sides = {part[0] for part in parts}
    onset_s = min(part[1] for part in parts)
    event = Event(
        kind=kind,
        rule_set=RULE_SET,
        onset_s=onset_s,
        duration_s=max(part[1] + part[2] for part in parts) - onset_s,
        side=sides.pop() if len(sides) == 1 else Side.BILATERAL,
        amplitude_uv=max(part[3] for part in parts),
        n_parts=len(parts),
    )
    draft.events.append(event)
    draft.busy.append((event.onset_s, event.offset_s))
    return event


def add_chin(draft: Draft, onset_s: float, duration_s: float, amplitude_uv: float) -> None:
    """Record a burst in the chin that goes with the last event."""
    draft.chin.append(
        Burst(
            side=Side.UNKNOWN,
            onset_s=onset_s,
            duration_s=duration_s,
            amplitude_uv=amplitude_uv,
            kind=draft.events[-1].kind,
            event=len(draft.events) - 1,
        )
    )


def add_arousal(draft: Draft, onset_s: float) -> bool:
    """Record an arousal of 3 to 9 s; none, and False, where its onset is awake."""
    if draft.hypnogram.stage_at(onset_s) <= Stage.W:
        return False
    draft.arousals.append(
        Event(
            kind=EventKind.AROUSAL,
            rule_set=RULE_SET,
            onset_s=onset_s,
            duration_s=uniform(draft, _AROUSAL_S),
        )
    )
    draft.busy.append((onset_s, draft.arousals[-1].offset_s))
    return True
