"""What a technician must be told about the leg channels."""

from __future__ import annotations

from pipeline.codes import Code
from pipeline.legs.activity import LegCondition
from pipeline.legs.leg import Leg
from pipeline.notices import Notice


def leg_notices(legs: tuple[Leg, ...], conditions: tuple[LegCondition, ...]) -> tuple[Notice, ...]:
    """Give the notices: no leg, a leg that cannot be scored, a slow one, one leg only."""
    if not conditions:
        message = "the study has no leg channel; leg movements and sleep starts are not available"
        return (Notice(code=Code.NO_LEGS, where="legs", message=message),)
    notices = [
        Notice(code=Code.LEG_NOT_SCORABLE, where=c.role, message=f"{c.label}: {c.reason}")
        for c in conditions
        if not c.is_scorable
    ]
    notices += [
        Notice(code=Code.LEG_BELOW_AASM_MINIMUM, where=c.role, message=_slow_message(c))
        for c in conditions
        if c.is_scorable and c.is_below_aasm_minimum
    ]
    if len(legs) == 1:
        message = (
            f"only {legs[0].condition.label} could be scored; sides and synchrony of the legs are "
            "not available, and sleep starts are graded one lower"
        )
        notices.append(
            Notice(code=Code.ONE_LEG_LEAD, where=legs[0].condition.role, message=message)
        )
    return tuple(notices)


def _slow_message(condition: LegCondition) -> str:
    return (
        f"{condition.label}: its sampling rate ({condition.rate_hz:g} Hz) or the recorder's "
        "low-pass takes much of 10 to 100 Hz away; amplitudes read low, and sleep starts are "
        "judged by z and graded one lower"
    )
