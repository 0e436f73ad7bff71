"""The delay of deeper sleep by jerks in N1: matched, with its doubt and its controls."""

from __future__ import annotations

from functools import partial

from pipeline.delay import DelayParameters, Estimate, NightDelay
from pipeline.metrics.inputs import MetricInputs
from pipeline.metrics.metric import Metric

GROUP = "Delay of deeper sleep"
_delay = partial(Metric, group=GROUP)
_NOT_MADE = "jerks were not compared with other moments"
_CAUTION = "An association, not proof: an arousal may have caused both the jerk and the delay."
_ALIKE = (
    "control moments in other descents of the night, at the same time since the descent began, "
    "still in N1, of like sleep depth and arousal state, without a jerk in the minute before"
)
NAIVE_WARNING = (
    "Wrong by construction: a longer descent has more room for jerks. In simulations where jerks "
    "do nothing at all this difference is over a minute. It is not the delay; read the matched one."
)


def delay_metrics(inputs: MetricInputs, parameters: DelayParameters) -> tuple[Metric, ...]:
    """Give the matched delay, what it stands on, and what speaks for and against it."""
    found = inputs.delay
    return (
        *_matched(found, parameters),
        *_counts(found),
        *_means(found, parameters),
        *_checks(found, parameters),
        *_consequences(found),
    )


def _matched(found: NightDelay | None, parameters: DelayParameters) -> tuple[Metric, ...]:
    matched = None if found is None else found.matched
    reason = _NOT_MADE if matched is None else matched.reason
    drawn = Estimate(value=None, reason=_NOT_MADE) if found is None else found.drawn_s
    return (
        _delay(
            name="delay_matched_s",
            title="Delay of N2 after a jerk in N1, matched",
            value=None if matched is None else matched.delay_s,
            unit="s",
            definition="Restricted mean time to N2 after jerks in N1 less that after "
            f"{_ALIKE}; over {parameters.horizon_s:g} s, with wake as competing event; bootstrap "
            "interval over descents. Jerks within "
            f"{parameters.quiet_s:g} s after another are not compared. "
            "Depth is p(N2) + 2 p(N3), by the stages themselves where no probabilities are known. "
            f"One night's value scatters by about 30 s to 70 s. {_CAUTION}",
            low=None if matched is None else matched.low_s,
            high=None if matched is None else matched.high_s,
            reason=reason,
        ),
        _estimate(
            drawn,
            name="delay_drawn_s",
            title="Delay of N2 after a jerk in N1, over drawn nights",
            unit="s",
            definition="The matched delay over whole nights drawn from the automatic stage "
            "probabilities: the median, and the interval over drawn nights and descents together.",
        ),
    )


def _counts(found: NightDelay | None) -> tuple[Metric, ...]:
    matched = None if found is None else found.matched
    rows = (
        ("delay_jerks", "Jerks in N1 of a descent", "Jerks that begin in N1 within a descent."),
        (
            "delay_matched_jerks",
            "Jerks in N1 with at least one control moment",
            f"Jerks in N1 of a descent that have {_ALIKE}.",
        ),
        (
            "delay_controls",
            "Control moments",
            "Moments that these jerks are compared with, up to five for each.",
        ),
    )
    counts = (
        (matched.n_jerks, matched.n_matched, matched.n_controls)
        if matched is not None and matched.has_jerks_known
        else (None, None, None)
    )
    reason = _NOT_MADE if matched is None else "" if matched.has_jerks_known else matched.reason
    return tuple(
        _delay(name=name, title=title, value=count, unit="", definition=text, reason=reason)
        for (name, title, text), count in zip(rows, counts, strict=True)
    )


def _means(found: NightDelay | None, parameters: DelayParameters) -> tuple[Metric, ...]:
    matched = None if found is None else found.matched
    reason = _NOT_MADE if matched is None else matched.reason
    mean = partial(_delay, unit="s", reason=reason)
    rule = f"The first {parameters.horizon_s:g} s after them, less the time won by reaching N2."
    return (
        mean(
            name="delay_after_jerks_s",
            title="Restricted mean time to N2 after jerks",
            value=None if matched is None else matched.after_jerks_s,
            definition=f"{rule} Aalen-Johansen, wake as competing event.",
        ),
        mean(
            name="delay_after_controls_s",
            title="Restricted mean time to N2 after control moments",
            value=None if matched is None else matched.after_controls_s,
            definition=f"{rule} Aalen-Johansen, wake as competing event.",
        ),
    )


def _checks(found: NightDelay | None, parameters: DelayParameters) -> tuple[Metric, ...]:
    matched = None if found is None else found.matched
    reason = _NOT_MADE if matched is None else matched.reason
    few = reason or "too few jerks could be matched once moved"
    earlier = f"{parameters.earlier_s:g} s"
    unforced = Estimate(value=None, reason=_NOT_MADE) if found is None else found.unforced_s
    control_s = None if matched is None else matched.negative_control_s
    return (
        _delay(
            name="delay_negative_control_s",
            title=f"Negative control: the same with the jerks moved {earlier} earlier",
            value=control_s,
            unit="s",
            definition="Should be near zero where the jerks themselves matter. Each train is "
            f"turned back by {earlier} within its descent and followed for {earlier}, since after "
            "that comes the jerk itself. Below zero where jerks come early in their descents.",
            reason="" if control_s is not None else few,
        ),
        _delay(
            name="delay_exchanged_p",
            title="p of the delay when jerks and controls change places",
            value=None if matched is None else matched.exchanged_p,
            unit="",
            definition=f"Two-sided, {parameters.n_permutations} exchanges within the matched sets.",
            reason=reason,
        ),
        _delay(
            name="delay_turned_p",
            title="p of the delay when jerks are turned round within their descents",
            value=None if matched is None else matched.turned_p,
            unit="",
            definition=f"Two-sided, {parameters.n_permutations} turns. Asks only whether the "
            "places of the jerks within their descents matter; a delay that lengthens the descent "
            "stays in every turn, so a large p says little.",
            reason=reason,
        ),
        _estimate(
            unforced,
            name="delay_unforced_s",
            title="Matched delay without stage shifts that an arousal forces by rule",
            unit="s",
            definition="The matched delay once N1 between two stretches of N2 counts as N2 where "
            "an arousal made it N1 by the scoring rule.",
        ),
    )


def _consequences(found: NightDelay | None) -> tuple[Metric, ...]:
    none = Estimate(value=None, reason=_NOT_MADE)
    return (
        _estimate(
            none if found is None else found.attributable_min,
            name="delay_attributable_min",
            title="Minutes of the night that go with jerks in N1",
            unit="min",
            definition="Matched delay times the jerks in N1 of descents; given only where the "
            f"interval of the delay leaves out zero. {_CAUTION}",
        ),
        _estimate(
            none if found is None else found.naive_s,
            name="delay_naive_s",
            title="Mean time to N2 with a jerk less without: biased, not the delay",
            unit="s",
            definition=NAIVE_WARNING,
        ),
    )


def _estimate(found: Estimate, *, name: str, title: str, unit: str, definition: str) -> Metric:
    return _delay(
        name=name,
        title=title,
        value=found.value,
        unit=unit,
        definition=definition,
        low=found.low,
        high=found.high,
        reason=found.reason,
    )
