"""What the detector's thresholds leave open: counts and indices over its settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.events import Event, EventKind, TaggedEvent
from pipeline.hypnogram import Stage
from pipeline.legs import aasm, wasm
from pipeline.metrics.inputs import MetricInputs, MetricParameters
from pipeline.metrics.metric import Metric
from pipeline.metrics.movements import movement_metrics

GROUP = "Spread over detector settings"
JERKS = "jerks_n1"
LOWEST, HIGHEST = "lowest_setting", "highest_setting"
_NOT_TRIED = "no other setting of the detector was tried"


@dataclass(frozen=True, kw_only=True)
class _Quantity:
    name: str
    title: str
    unit: str = "/h"


_QUANTITIES = (
    _Quantity(name=JERKS, title="Jerks in N1", unit=""),
    *(
        _Quantity(name=f"{name}_{rules.lower()}_per_h", title=f"{title} in sleep, {rules}")
        for name, title, rules in (
            ("lm", "LM index", aasm.RULE_SET),
            ("clm", "CLM index", wasm.RULE_SET),
            ("plms", "PLMS index", aasm.RULE_SET),
            ("plms", "PLMS index", wasm.RULE_SET),
        )
    ),
)


def spread_metrics(inputs: MetricInputs, parameters: MetricParameters) -> tuple[Metric, ...]:
    """Give the least and the greatest of each number over the detector's settings.

    The published setting is one of them. This is no confidence interval: it says how far the
    number hangs on thresholds that could as well have been set a little otherwise.
    """
    nights = [inputs, *(_night(inputs, found) for found in inputs.other_settings)]
    tried = [_values(night, parameters) for night in nights] if len(nights) > 1 else []
    return tuple(
        _metric(quantity, word, [values[quantity.name] for values in tried], inputs)
        for quantity in _QUANTITIES
        for word in (LOWEST, HIGHEST)
    )


def _night(inputs: MetricInputs, found: Iterable[Event]) -> MetricInputs:
    staged = ((event, inputs.hypnogram.stage_at(event.onset_s)) for event in found)
    tagged = (TaggedEvent(event=e, stage=s, stage_at_offset=s) for e, s in staged)
    return replace(inputs, events=tuple(tagged))


def _values(night: MetricInputs, parameters: MetricParameters) -> Mapping[str, float | None]:
    names = {quantity.name for quantity in _QUANTITIES}
    values = {m.name: m.value for m in movement_metrics(night) if m.name in names}
    starts = night.in_bed(EventKind.SLEEP_START)
    n = sum(t.stage == Stage.N1 and t.event.grade in parameters.headline_grades for t in starts)
    return {**values, JERKS: None if night.no_time_reason(Stage.N1) else n}


def _metric(
    quantity: _Quantity, word: str, values: list[float | None], inputs: MetricInputs
) -> Metric:
    known = [value for value in values if value is not None]
    is_known = bool(values) and len(known) == len(values)
    is_lowest = word == LOWEST
    end = "least" if is_lowest else "greatest"
    absent = inputs.no_legs_reason if not inputs.has_legs else _NOT_TRIED
    return Metric(
        name=f"{quantity.name}_{word}",
        title=f"{quantity.title}, {end} over detector settings",
        group=GROUP,
        value=(min(known) if is_lowest else max(known)) if is_known else None,
        unit=quantity.unit,
        definition=f"The {end} value of {quantity.name} when the onset thresholds over rest are "
        "lowered, kept and raised by legs.stability.shift_uv with the shorter and the longer "
        "window of the resting level, and as published. A spread over detector settings, not a "
        "confidence interval.",
        reason="" if is_known else absent if not values else _same_reason(quantity, inputs),
    )


def _same_reason(quantity: _Quantity, inputs: MetricInputs) -> str:
    stages = (Stage.N1,) if quantity.name == JERKS else (Stage.N1, Stage.N2, Stage.N3, Stage.R)
    return inputs.no_time_reason(*stages) or "the rules could not judge every movement"
