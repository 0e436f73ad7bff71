"""What came with the jerks of N1, and what came next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pipeline.confidence import wilson_interval
from pipeline.events import ArousalOrder, TaggedEvent
from pipeline.hypnogram import Stage
from pipeline.metrics.arousals import NO_AROUSALS
from pipeline.metrics.inputs import PERCENT, MetricInputs, MetricParameters
from pipeline.metrics.metric import Metric

_jerk = partial(Metric, group="Jerks")
_ORDERS = {
    ArousalOrder.AROUSAL_FIRST: ("came after an arousal", "an arousal began in the 10 s before"),
    ArousalOrder.SIMULTANEOUS: ("came with an arousal", "an arousal began within 0.5 s of it"),
    ArousalOrder.JERK_FIRST: ("were followed by an arousal", "an arousal began up to 3 s after"),
    ArousalOrder.NONE: ("had no arousal", "none of these was so"),
}
_WITH_OR_AFTER = (ArousalOrder.SIMULTANEOUS, ArousalOrder.JERK_FIRST)


def sequel_metrics(
    inputs: MetricInputs, jerks: Sequence[TaggedEvent], grades: str, parameters: MetricParameters
) -> tuple[Metric, ...]:
    """Give the shares of the jerks in N1 by arousal and wake, with Wilson intervals.

    Parameters
    ----------
    inputs
        The night.
    jerks
        Candidate sleep starts in N1.
    grades
        Which of them, in words.
    parameters
        Confidence.
    """
    what = f"candidate sleep starts of {grades} in N1"
    no_jerks = inputs.no_time_reason(Stage.N1) or ("" if jerks else f"no jerk of {grades} in N1")
    no_arousals = no_jerks or ("" if inputs.has_arousals else NO_AROUSALS)
    scorable = [t for t in jerks if t.arousal_order not in (None, ArousalOrder.NOT_SCORABLE)]
    with_wake = [t for t in jerks if t.is_followed_by_wake is not None]
    share = partial(_share, parameters=parameters)
    return (
        share(
            "followed",
            "were followed by arousal or wake",
            f"Of the {what} where an arousal can be scored: an arousal began from 0.5 s before to "
            "3 s after, or an epoch of wake began within 30 s.",
            [_is_followed(t) for t in scorable if t.is_followed_by_wake is not None],
            no_arousals,
        ),
        *(
            share(
                order.value,
                words,
                f"Of the {what} where an arousal can be scored: {rule}.",
                [t.arousal_order is order for t in scorable],
                no_arousals,
            )
            for order, (words, rule) in _ORDERS.items()
        ),
        share(
            "followed_by_wake",
            "were followed by wake",
            f"Of the {what}: an epoch of wake began within 30 s.",
            [bool(t.is_followed_by_wake) for t in with_wake],
            no_jerks,
        ),
        _jerk(
            name="jerks_n1_arousal_not_scorable",
            title="Jerks in N1 where no arousal can be scored",
            value=None if no_arousals else len(jerks) - len(scorable),
            unit="",
            definition=f"Number of {what} in the first 10 s of sleep, where the rules allow no "
            "arousal; the shares leave them out.",
            reason=no_arousals,
        ),
    )


def _is_followed(tagged: TaggedEvent) -> bool:
    return tagged.arousal_order in _WITH_OR_AFTER or bool(tagged.is_followed_by_wake)


def _share(
    name: str,
    words: str,
    definition: str,
    hits: Sequence[bool],
    reason: str,
    *,
    parameters: MetricParameters,
) -> Metric:
    reason = reason or ("" if hits else "none of the jerks in N1 can be judged by this rule")
    low, high = (
        (None, None)
        if reason
        else wilson_interval(sum(hits), len(hits), level=parameters.confidence)
    )
    return _jerk(
        name=f"jerks_n1_{name}_percent",
        title=f"Share of the jerks in N1 that {words}",
        value=None if reason else PERCENT * sum(hits) / len(hits),
        unit="%",
        definition=definition,
        low=None if low is None else PERCENT * low,
        high=None if high is None else PERCENT * high,
        reason=reason,
    )
