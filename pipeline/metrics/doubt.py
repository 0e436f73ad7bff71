"""What the doubt about the automatic stages leaves open: N1, sleep onset and deeper sleep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipeline.delay import DelayParameters
from pipeline.hypnogram import SLEEP, Hypnogram, Stage
from pipeline.metrics.inputs import MINUTE_S, MetricInputs, MetricParameters
from pipeline.metrics.latencies import first_onset_s, persistent_onset_s, unbroken_onset_s
from pipeline.metrics.metric import Metric

GROUP = "Doubt of the automatic stages"
_doubt = partial(Metric, group=GROUP, unit="min")
_Onset = Callable[[MetricInputs], float | None]
_NO_DRAWS = "no stage probabilities were estimated"


def doubt_metrics(
    inputs: MetricInputs, parameters: MetricParameters, delay: DelayParameters
) -> tuple[Metric, ...]:
    """Give minutes of N1 and latencies over the drawn nights: median and central interval."""
    onsets: tuple[tuple[str, str, _Onset], ...] = (
        ("sol", "sleep onset (first epoch)", lambda x: first_onset_s(x, *SLEEP)),
        (
            "sol_unbroken",
            f"sleep onset (first of {delay.unbroken_epochs} epochs)",
            lambda x: unbroken_onset_s(x, delay),
        ),
        ("lps", "persistent sleep (LPS)", lambda x: persistent_onset_s(x, delay)),
        ("n2_latency", "N2", lambda x: first_onset_s(x, Stage.N2)),
        ("n3_latency", "N3", lambda x: first_onset_s(x, Stage.N3)),
    )
    nights = tuple(_nights(inputs))
    return (
        _n1_minutes(inputs, nights, parameters),
        *(_latency(name, what, [of(n) for n in nights], inputs, parameters)
          for name, what, of in onsets),
    )  # fmt: skip


def _nights(inputs: MetricInputs) -> Iterator[MetricInputs]:
    """Give the inputs once with each drawn hypnogram in the place of the night's own."""
    estimates = inputs.estimates
    if estimates is None or inputs.drawn is None:
        return
    for stages in inputs.drawn:
        drawn = Hypnogram(
            stages=stages, epoch_s=estimates.epoch_s, offset_s=estimates.offset_s, source="auto"
        )
        yield replace(inputs, hypnogram=drawn)


def _n1_minutes(
    inputs: MetricInputs, nights: tuple[MetricInputs, ...], parameters: MetricParameters
) -> Metric:
    minutes = [n.seconds(Stage.N1) / MINUTE_S for n in nights]
    low, high = central(np.array(minutes), parameters.confidence) if minutes else (None, None)
    return _doubt(
        name="n1_expected_min",
        title="N1 expected under the stage probabilities",
        value=_expected_n1_min(inputs) if minutes else None,
        definition="Sum of p(N1) over the epochs in bed; the interval is that of whole nights "
        "drawn from the probabilities.",
        low=low,
        high=high,
        reason="" if minutes else _NO_DRAWS,
    )


def _expected_n1_min(inputs: MetricInputs) -> float | None:
    estimates = inputs.estimates
    if estimates is None or estimates.probabilities is None:
        return None
    weights_s = replace(inputs, hypnogram=estimates).weights_s
    return float(np.nansum(estimates.probabilities[:, Stage.N1] * weights_s)) / MINUTE_S


def _latency(
    name: str,
    what: str,
    onsets_s: list[float | None],
    inputs: MetricInputs,
    parameters: MetricParameters,
) -> Metric:
    reached = [s for s in onsets_s if s is not None]
    minutes = (np.array(reached) - inputs.lights_off_s) / MINUTE_S
    is_rare = bool(onsets_s) and 2 * len(reached) < len(onsets_s)
    reason = _NO_DRAWS if not onsets_s else "less than half of the drawn nights reach it"
    if not onsets_s or is_rare:
        return _metric(name, what, None, (None, None), reason)
    return _metric(
        name, what, float(np.median(minutes)), central(minutes, parameters.confidence), ""
    )


def _metric(
    name: str,
    what: str,
    value: float | None,
    interval: tuple[float | None, float | None],
    reason: str,
) -> Metric:
    return _doubt(
        name=f"{name}_drawn_min",
        title=f"Time from lights off to {what}, over drawn nights",
        value=value,
        definition="Median and central interval over whole nights drawn from the automatic stage "
        "probabilities, of those that reach it.",
        low=interval[0],
        high=interval[1],
        reason=reason,
    )


def central(values: NDArray[np.float64], level: float) -> tuple[float, float]:
    """Give the central interval that holds the share `level` of the values."""
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(values, (tail, 1.0 - tail))
    return float(low), float(high)
