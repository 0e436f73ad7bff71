"""The E-value: how strong an unmeasured cause must be to explain an association away."""

from __future__ import annotations

import math


def e_value(hazard_ratio: float, *, is_rare: bool) -> float:
    """Give the E-value of a hazard ratio, at least 1.

    Parameters
    ----------
    hazard_ratio
        Over 0.
    is_rare
        Few of those at risk have the event in the end; else the hazard ratio is first turned
        into an approximate risk ratio.

    References
    ----------
    VanderWeele and Ding 2017, doi 10.7326/M16-2607, with its approximation for hazard ratios of
    common events.
    """
    ratio = hazard_ratio if is_rare else _risk_ratio(hazard_ratio)
    ratio = max(ratio, 1.0 / ratio)
    return ratio + math.sqrt(ratio * (ratio - 1.0))


def e_value_of_limit(low: float, high: float, *, is_rare: bool) -> float:
    """Give the E-value of the interval's limit that is nearer to 1; 1 where it holds 1."""
    if low <= 1.0 <= high:
        return 1.0
    return e_value(low if low > 1.0 else high, is_rare=is_rare)


def _risk_ratio(hazard_ratio: float) -> float:
    return -math.expm1(-math.log(2.0) * math.sqrt(hazard_ratio)) / -math.expm1(
        -math.log(2.0) * math.sqrt(1.0 / hazard_ratio)
    )
