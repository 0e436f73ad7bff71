"""The night's report: one HTML page that needs nothing beside itself."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.agreement import Agreement
from pipeline.hypnogram import SCORED
from pipeline.legs.activity import LegCondition
from pipeline.night import ChannelUse, Night
from pipeline.report import answer, timeline
from pipeline.report.answer import Table
from pipeline.report.closeups import role_title, snippets
from pipeline.report.descending import pictures as descents_pictures
from pipeline.report.limits import limits
from pipeline.report.parameter_tables import parameter_groups
from pipeline.report.parameters import ReportParameters
from pipeline.report.template import fill
from pipeline.report.words import (
    NOT_AVAILABLE,
    assumed,
    elapsed,
    minutes,
    number,
    plain,
    said,
)
from pipeline.statement import STATEMENT

__all__ = ["ReportParameters", "render"]

_PERCENT = 100
_HOUR_S = 3600
_TITLE_KEYS = ("file", "recording began", "hypnic", "digest", "sha256")


def render(
    night: Night, study_key: str, provenance: Mapping[str, str], parameters: ReportParameters
) -> str:
    """Give the night's report as HTML, the same text for the same night.

    Parameters
    ----------
    night
        What was found.
    study_key
        Stands for the study; the page holds no other identity.
    provenance
        Printed whole at the end, in its own order; what belongs to ``hypnic`` itself, and every
        ``digest`` and ``sha256``, also stands in the title.
    parameters
        How much is shown.
    """
    return fill(
        "night.html.j2",
        study_key=study_key,
        facts=[("study key", study_key), *provenance.items()],
        title_facts=[(k, v) for k, v in provenance.items() if _is_title_fact(k)],
        summary=_summary(night),
        limits=limits(night, parameters),
        statement=STATEMENT,
        n_events=len(night.events),
        agreement=None if night.agreement is None else _agreement(night.agreement),
        parameter_groups=parameter_groups(night.metrics),
        channels=_channels(night.channels),
        legs=_legs(night.leg_conditions),
        timeline=timeline.picture(night, parameters),
        **_jerk_parts(night, parameters),
    )


def _jerk_parts(night: Night, parameters: ReportParameters) -> dict[str, object]:
    in_n1 = answer.jerks_in_n1(night)
    shown = snippets(night, parameters)
    return {
        "has_legs": any(leg.is_scorable for leg in night.leg_conditions),
        "has_stages": bool(night.hypnogram.is_scored.any()),
        "tile_groups": answer.tile_groups(night),
        "definition": answer.headline_definition(night),
        "followed": answer.followed(night),
        "by_grade": answer.by_grade(night),
        "rejected": answer.rejected(night),
        "n_descents": len(night.descents),
        "descents": answer.descents(night),
        "delay": answer.delay(night),
        "descents_pictures": descents_pictures(night, parameters),
        "n_descents_left_out": max(len(night.descents) - parameters.max_descents, 0),
        "snippets": shown,
        "n_closeups": len(night.closeups),
        "n_not_shown": max(len(in_n1) - len(shown), len(night.closeups) - len(shown)),
    }


def _is_title_fact(key: str) -> bool:
    return any(word in key.lower() for word in _TITLE_KEYS)


def _summary(night: Night) -> tuple[tuple[str, str], ...]:
    lights = night.lights
    start = night.start_clock_s
    hour = "not known" if start is None else f"in clock hour {int(start // _HOUR_S):02d}"
    return (
        ("Recorded", minutes(night.duration_s)),
        ("Began", hour),
        ("Lights off", elapsed(lights.off_s) + assumed(is_it=lights.is_off_assumed)),
        ("Lights on", elapsed(lights.on_s) + assumed(is_it=lights.is_on_assumed)),
        ("Stages by", timeline.source_title(night.hypnogram).lower()),
    )


def _channels(uses: tuple[ChannelUse, ...]) -> Table:
    rows = tuple(
        (
            role_title(use.role),
            use.label or "none",
            plain(use.used_for) if use.used_for else f"not used: {use.reason or 'no reason given'}",
            _epochs_staged(use),
            number(use.rate_hz, "Hz"),
            number(use.resolution_uv, "µV"),
            _prefilter(use),
        )
        for use in uses
    )
    columns = (
        "Role",
        "Channel",
        "Used for",
        "Epochs staged",
        "Rate",
        "Resolution",
        "Recorder's filter",
    )
    return Table(caption="Which channel fed which result", columns=columns, rows=rows)


def _epochs_staged(use: ChannelUse) -> str:
    """Say in how many epochs the channel was used for the stages, and why not in the others."""
    if use.n_epochs_staged is None:
        return ""
    lost = ((use.n_epochs_silent, "without signal"), (use.n_epochs_outvoted, "unlike the others"))
    told = [f"{n} {words}" for n, words in lost if n]
    return str(use.n_epochs_staged) + (f" ({', '.join(told)})" if told else "")


def _prefilter(use: ChannelUse) -> str:
    edges = (("from", use.highpass_hz), ("to", use.lowpass_hz))
    known = [f"{word} {number(hz, 'Hz')}" for word, hz in edges if hz is not None]
    return " ".join(known) or "not known"


def _legs(conditions: tuple[LegCondition, ...]) -> Table:
    columns = ("Leg", "Channel", "Scorable", "Median rest", "Below AASM minimum", "Hum", "Heart")
    rows = tuple(
        (
            role_title(leg.role),
            leg.label,
            "yes" if leg.is_scorable else f"no: {leg.reason}",
            number(leg.median_rest_uv, "µV"),
            said(leg.is_below_aasm_minimum),
            ", ".join(number(hz, "Hz") for hz in leg.hum_hz) or "none",
            number(leg.heart_leak_uv, "µV"),
        )
        for leg in conditions
    )
    return Table(caption="Condition of the leg channels", columns=columns, rows=rows)


def _agreement(agreement: Agreement) -> dict[str, object]:
    share = agreement.accuracy
    letters = tuple(stage.letter for stage in SCORED)
    f1 = tuple("none scored" if value is None else f"{value:.2f}" for value in agreement.f1)
    rows = tuple(
        (letter, *(f"{int(count)}" for count in counts), score)
        for letter, counts, score in zip(letters, agreement.confusion, f1, strict=True)
    )
    return {
        "kappa": NOT_AVAILABLE if agreement.kappa is None else f"{agreement.kappa:.2f}",
        "accuracy": number(None if share is None else _PERCENT * share, "%"),
        "n_epochs": agreement.n_epochs,
        "table": Table(
            caption="Epochs by the technician's stage (rows) and the automatic one (columns)",
            columns=("Technician", *(f"auto {letter}" for letter in letters), "F1"),
            rows=rows,
        ),
    }
