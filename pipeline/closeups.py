"""Close-ups: ten seconds around each sleep start in N1, cut and filtered for the eye."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from pydantic import Field

from pipeline import signals
from pipeline.events import EventKind, TaggedEvent
from pipeline.hypnogram import Stage
from pipeline.montage import Role
from pipeline.night import Closeup, Trace
from pipeline.parameters import Parameters
from pipeline.recording import Lead, LeadSource

LegThresholds = Callable[[TaggedEvent], dict[str, float]]
_LEGS = frozenset({Role.LEG_LEFT, Role.LEG_RIGHT, Role.LEG_COMBINED})
_MUSCLE = _LEGS | {Role.CHIN}


class CloseupParameters(Parameters):
    """How close-ups are cut."""

    before_s: float = Field(
        4.0, gt=0.0, description="seconds before the onset; source: 10 s pages are usual for jerks"
    )
    after_s: float = Field(
        6.0, gt=0.0, description="seconds after the onset; source: 10 s pages are usual for jerks"
    )
    muscle_highpass_hz: float = Field(
        10.0, gt=0.0, description="lower edge of what is drawn of EMG; source: AASM manual, filters"
    )
    muscle_lowpass_hz: float = Field(
        100.0, gt=0.0, description="upper edge of what is drawn of EMG; source: AASM manual"
    )
    brain_highpass_hz: float = Field(
        0.3, gt=0.0, description="lower edge of what is drawn of EEG and EOG; source: AASM manual"
    )
    brain_lowpass_hz: float = Field(
        35.0, gt=0.0, description="upper edge of what is drawn of EEG and EOG; source: AASM manual"
    )
    margin_s: float = Field(
        2.0,
        ge=0.0,
        description=(
            "cut and thrown away on each side, where filters are not settled; source: "
            "this project's choice"
        ),
    )


def chosen(events: Iterable[TaggedEvent]) -> tuple[TaggedEvent, ...]:
    """Give the events that get a close-up: accepted sleep starts in N1."""
    return tuple(
        t
        for t in events
        if t.event.kind is EventKind.SLEEP_START and t.event.is_accepted and t.stage is Stage.N1
    )


def cut(
    events: Sequence[TaggedEvent],
    sources: Iterable[LeadSource],
    parameters: CloseupParameters,
    *,
    thresholds_of: LegThresholds,
) -> tuple[Closeup, ...]:
    """Give a close-up of each event; of each lead only the excerpts are made.

    Parameters
    ----------
    events
        What `chosen` gave.
    sources
        Give some samples of both legs, chin, one EEG, one EOG, in the order of drawing.
    thresholds_of
        Gives the levels that the rules used at an event, by name, in microvolts.
    """
    traces: list[list[Trace]] = [[] for _ in events]
    for source in sources:
        for place, event in enumerate(events):
            traces[place].append(_trace(source, event, thresholds_of, parameters))
    return tuple(
        Closeup(
            event=event,
            start_s=_start_s(event, parameters),
            stop_s=event.event.onset_s + parameters.after_s,
            traces=tuple(found),
        )
        for event, found in zip(events, traces, strict=True)
    )


def _start_s(event: TaggedEvent, parameters: CloseupParameters) -> float:
    return max(0.0, event.event.onset_s - parameters.before_s)


def _trace(
    source: LeadSource,
    event: TaggedEvent,
    thresholds_of: LegThresholds,
    parameters: CloseupParameters,
) -> Trace:
    lead = source(slice(0, 0))
    start_s = _start_s(event, parameters)
    stop_s = event.event.onset_s + parameters.after_s
    first, start, stop = signals.sample_index(
        np.array([max(0.0, start_s - parameters.margin_s), start_s, stop_s]), lead.rate_hz
    )
    last = stop + int(parameters.margin_s * lead.rate_hz)
    excerpt = source(slice(int(first), int(last))).microvolts
    filtered = signals.zero_phase(
        (excerpt - np.median(excerpt)).astype(np.float32), _taps(lead, parameters)
    )
    return Trace(
        role=lead.role,
        label=lead.label,
        rate_hz=lead.rate_hz,
        microvolts=filtered[start - first : stop - first],
        thresholds_uv=thresholds_of(event) if lead.role in _LEGS else {},
    )


def _taps(lead: Lead, parameters: CloseupParameters) -> signals.Samples:
    if lead.role in _MUSCLE:
        band = (parameters.muscle_highpass_hz, parameters.muscle_lowpass_hz)
    else:
        band = (parameters.brain_highpass_hz, parameters.brain_lowpass_hz)
    transition_hz = min(2.0 * band[0], _WIDEST_TRANSITION_HZ)
    return signals.band_taps(lead.rate_hz, band, transition_hz)


_WIDEST_TRANSITION_HZ = 5.0  # half of the lowest edge of EMG: the filter settles within 0.5 s
