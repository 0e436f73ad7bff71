"""The descents, what became of them, and how long they took with and without jerks."""

from __future__ import annotations

from functools import partial

from pipeline.delay import DelayParameters, Latencies, Target, describe
from pipeline.descents import Outcome
from pipeline.hypnogram import SCORED
from pipeline.metrics.inputs import MINUTE_S, NO_STAGES, MetricInputs
from pipeline.metrics.metric import Metric

_descent = partial(Metric, group="Descents")
_OUTCOMES = {
    Outcome.N2: ("reached N2", "two unbroken epochs of N2 or N3"),
    Outcome.WAKE: ("went back to wake", "an epoch of wake before N2 was confirmed"),
    Outcome.R: ("went to R", "an epoch of R before N2 was confirmed"),
    Outcome.END: ("were cut off", "lights on, the record's end or an unscored stretch came first"),
}
_TARGETS = {
    Target.N2: ("N2", "confirmed N2"),
    Target.N3: ("N3", "the first N3 before the next wake"),
    Target.PERSISTENT_SLEEP: (
        "persistent sleep",
        "the start of the next persistent sleep, in this descent or a later one",
    ),
}
_BIASED = (
    "Described, not estimated: a longer descent has more room for jerks, so the difference "
    "between descents with and without jerks is biased and is not the delay that jerks cause."
)


def passage_metrics(inputs: MetricInputs, parameters: DelayParameters) -> tuple[Metric, ...]:
    """Give counts of descents by outcome, and latencies in those with and without jerks."""
    return (*_counts(inputs), *_aborted(inputs), *_latencies(inputs, parameters))


def _counts(inputs: MetricInputs) -> list[Metric]:
    no_stages = "" if inputs.seconds(*SCORED) else NO_STAGES
    count = partial(_descent, unit="", reason=no_stages)
    whole = count(
        name="descents",
        title="Descents",
        value=None if no_stages else len(inputs.descents),
        definition="Attempts to go from wake, or lights off, through N1 to deeper sleep.",
    )
    return [whole] + [
        count(
            name=f"descents_{outcome.value}",
            title=f"Descents that {words}",
            value=None if no_stages else sum(d.outcome is outcome for d in inputs.descents),
            definition=f"Descents that ended so: {rule}.",
        )
        for outcome, (words, rule) in _OUTCOMES.items()
    ]


def _aborted(inputs: MetricInputs) -> list[Metric]:
    reason = _why_absent(inputs)
    count = partial(_descent, unit="", reason=reason)
    return [
        count(
            name="descents_with_jerks",
            title="Descents with at least one jerk",
            value=None if reason else sum(bool(d.jerks_s) for d in inputs.descents),
            definition="Descents that hold at least one accepted candidate sleep start.",
        ),
        count(
            name="descents_aborted_by_jerk",
            title="Descents aborted by a jerk",
            value=None if reason else sum(bool(d.is_aborted_by_jerk) for d in inputs.descents),
            definition="Descents that went back to wake within 30 s of a jerk that came first; "
            "whether the jerk caused it is not known.",
        ),
    ]


def _latencies(inputs: MetricInputs, parameters: DelayParameters) -> list[Metric]:
    reason = _why_absent(inputs)
    rows = describe(
        inputs.descents, inputs.hypnogram, inputs.lights_off_s, inputs.lights_on_s, parameters
    )
    if rows is None:
        rows, reason = _nothing(), reason or inputs.no_legs_reason
    return [metric for row in rows for metric in _described(row, reason)]


def _described(row: Latencies, reason: str) -> tuple[Metric, Metric]:
    words, rule = _TARGETS[row.target]
    group = "with" if row.has_jerks else "without"
    absent = "" if row.n_reached else f"no descent {group} jerks reached {words}"
    return (
        _descent(
            name=f"descents_{group}_jerks_to_{row.target.value}_median_min",
            title=f"Median time to {words} in descents {group} jerks",
            value=None if reason or row.median_s is None else row.median_s / MINUTE_S,
            unit="min",
            definition=f"From the start of the descent to {rule}, over those that reached it. "
            f"{_BIASED}",
            reason=reason or absent,
        ),
        _descent(
            name=f"descents_{group}_jerks_to_{row.target.value}",
            title=f"Descents {group} jerks that reached {words}",
            value=None if reason else row.n_reached,
            unit="",
            definition=f"Number of descents {group} jerks that the median time to {words} is "
            "taken over.",
            reason=reason,
        ),
    )


def _nothing() -> tuple[Latencies, ...]:
    return tuple(
        Latencies(target=t, has_jerks=h, n_descents=0, n_reached=0, median_s=None)
        for t in Target
        for h in (True, False)
    )


def _why_absent(inputs: MetricInputs) -> str:
    if not inputs.seconds(*SCORED):
        return NO_STAGES
    return "" if inputs.has_legs else inputs.no_legs_reason
