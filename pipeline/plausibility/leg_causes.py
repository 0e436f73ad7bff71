"""What the legs' own analysis found, told under the codes of the signals' meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from pipeline.codes import Code
from pipeline.intervals import total
from pipeline.legs.activity import LegActivity, LegCondition
from pipeline.notices import Notice
from pipeline.plausibility.finding import Findings
from pipeline.plausibility.words import of_minutes

_CODES: Mapping[str, Code] = MappingProxyType(
    {"lead_off": Code.LEAD_OFF, "identical_legs": Code.IDENTICAL}
)
_WORDS: Mapping[Code, str] = MappingProxyType(
    {
        Code.LEAD_OFF: "noise or hum of an open electrode",
        Code.IDENTICAL: "the same signal as the other leg, up to gain and sign,",
    }
)
_LEAST_S = 30.0  # one epoch, as for the channels' own findings


def causes_told(activity: LegActivity, findings: Findings, duration_s: float) -> Iterator[Notice]:
    """Give LEAD_OFF and IDENTICAL where a leg was not scored for it and nobody said so."""
    for condition in activity.conditions:
        for cause, code in _CODES.items():
            lost_s = total(_spans(condition, cause))
            if lost_s >= _LEAST_S and not findings.has(code, condition.role):
                minutes = of_minutes(min(lost_s, duration_s), duration_s)
                yield Notice(
                    code=code,
                    where=condition.role,
                    message=f"{condition.label}: {_WORDS[code]} for {minutes}.",
                )


def _spans(condition: LegCondition, cause: str) -> NDArray[np.float64]:
    is_wanted = np.array([each == cause for each in condition.unscorable_causes], dtype=np.bool_)
    return condition.unscorable[is_wanted]
