"""Two scorers against each other: stages epoch by epoch, events one to one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pipeline.agreement import Agreement, compare
from pipeline.comparison.scorer import EventGroup, Scorer
from pipeline.event_agreement import EventAgreement, MatchParameters, match_events, match_onsets
from pipeline.events import Event


class MatchRule(StrEnum):
    """How two events become a pair."""

    OVERLAP = "overlap"
    ONSET = "onset"


@dataclass(frozen=True, kw_only=True)
class EventComparison:
    """Events of one group, of two scorers, by one rule.

    Attributes
    ----------
    agreement
        None where one of the two did not score the group.
    n_outside
        Events of both that lie outside of the time that both scored: left out.
    not_scored_by
        Aliases of those who did not score the group.
    """

    group: EventGroup
    rule: MatchRule
    agreement: EventAgreement | None
    n_outside: int = 0
    not_scored_by: tuple[str, ...] = ()

    @property
    def median_onset_error_s(self) -> float | None:
        """Median of the second's onset less the first's over the pairs; None without a pair."""
        errors_s = self.agreement.onset_errors_s if self.agreement else ()
        return float(np.median(errors_s)) if errors_s else None


@dataclass(frozen=True, kw_only=True, eq=False)
class PairAgreement:
    """How well one scorer (the reference) and another agree.

    Attributes
    ----------
    first, second
        Places of the two in the list of scorers.
    stages
        None where one of them has no hypnogram.
    events
        Every group that at least one of them scored, by both rules.
    """

    first: int
    second: int
    stages: Agreement | None
    events: tuple[EventComparison, ...]

    @property
    def n_epochs(self) -> int:
        """Epochs compared."""
        return self.stages.n_epochs if self.stages else 0

    @property
    def has_common_ground(self) -> bool:
        """Whether an epoch, or a kind of event, could be compared."""
        is_by_events = self.stages is None and any(e.agreement for e in self.events)
        return self.n_epochs > 0 or is_by_events


def compare_pair(
    places: tuple[int, int], reference: Scorer, other: Scorer, parameters: MatchParameters
) -> PairAgreement:
    """Give the agreement of two scorers on one clock."""
    expected, found = reference.scoring.hypnogram, other.scoring.hypnogram
    has_stages = expected is not None and found is not None
    return PairAgreement(
        first=places[0],
        second=places[1],
        stages=compare(expected, found) if has_stages else None,  # type: ignore[arg-type]
        events=tuple(_events(reference, other, parameters)),
    )


def _events(
    reference: Scorer, other: Scorer, parameters: MatchParameters
) -> Iterator[EventComparison]:
    starts, stops = zip(reference.span_s, other.span_s, strict=True)
    span_s = (max(starts), min(stops))
    for group in EventGroup:
        first, second = reference.events(group), other.events(group)
        if first is None and second is None:
            continue
        for rule in MatchRule:
            if first is None or second is None:
                missing = reference.alias if first is None else other.alias
                yield EventComparison(
                    group=group, rule=rule, agreement=None, not_scored_by=(missing,)
                )
            else:
                yield _matched(group, rule, (first, second), span_s, parameters)


def _matched(
    group: EventGroup,
    rule: MatchRule,
    both: tuple[tuple[Event, ...], tuple[Event, ...]],
    span_s: tuple[float, float],
    parameters: MatchParameters,
) -> EventComparison:
    first, second = ([e for e in events if _begins_in(e, span_s)] for events in both)
    if rule is MatchRule.OVERLAP:
        agreement = match_events(first, second, least_iou=parameters.least_iou)
    else:
        agreement = match_onsets(first, second, tolerance_s=parameters.onset_tolerance_s)
    return EventComparison(
        group=group,
        rule=rule,
        agreement=agreement,
        n_outside=sum(map(len, both)) - len(first) - len(second),
    )


def _begins_in(event: Event, span_s: tuple[float, float]) -> bool:
    return span_s[0] <= event.onset_s < span_s[1] and math.isfinite(event.onset_s)
