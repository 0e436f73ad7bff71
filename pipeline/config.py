"""Every setting that can change a result, composed from the classes beside each algorithm."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.arousal_parameters import ArousalParameters
from pipeline.closeups import CloseupParameters
from pipeline.delay import DelayParameters
from pipeline.depth import DepthParameters
from pipeline.descents import DescentParameters
from pipeline.drawn_hypnograms import DrawParameters
from pipeline.legs.detect import LegParameters
from pipeline.metrics import MetricParameters
from pipeline.montage import MontageParameters
from pipeline.parameters import Parameters
from pipeline.plausibility import PlausibilityParameters
from pipeline.staging.stager import StagingParameters
from pipeline.tagging import TaggingParameters


class NightParameters(Parameters):
    """Choices for the night as a whole."""

    stage_source: Literal["technician", "auto"] = Field(
        "technician",
        description="technician: a scoring wins wherever there is one; auto: everything is counted "
        "by the automatic stages and a scoring serves for the agreement only; source: N1 recall of "
        "automatic stagers is about a third, so a person's scoring comes first",
    )
    gaps: Literal["refuse", "longest"] = Field(
        "refuse",
        description="a recording with gaps between its records; refuse: it is set aside; longest: "
        "its longest part without a gap is scored, and the rest left out; source: this project's "
        "choice, for gaps joined in silence would shift every time behind them",
    )
    least_scorable_share: float = Field(
        0.9,
        ge=0.0,
        le=1.0,
        description="a leg of which less of the night could be scored is told in the night's "
        "limits; source: this project's choice",
    )
    most_train_min: float = Field(
        30.0,
        gt=0.0,
        description="minutes of leg trains in a night above which an artefact is suspected and "
        "told; source: this project's choice, such trains last seconds to a few minutes each",
    )


class Config(Parameters):
    """All parameters of an analysis."""

    night: NightParameters = Field(NightParameters(), description="the night as a whole")
    montage: MontageParameters = Field(MontageParameters(), description="channels to roles")
    plausibility: PlausibilityParameters = Field(
        PlausibilityParameters(), description="what the signals mean, before anything uses them"
    )
    staging: StagingParameters = Field(StagingParameters(), description="automatic stages")
    draws: DrawParameters = Field(DrawParameters(), description="nights drawn from the stages")
    arousals: ArousalParameters = Field(ArousalParameters(), description="automatic arousals")
    legs: LegParameters = Field(LegParameters(), description="leg EMG")
    tagging: TaggingParameters = Field(TaggingParameters(), description="events in their stages")
    depth: DepthParameters = Field(DepthParameters(), description="sleep depth round events")
    descents: DescentParameters = Field(DescentParameters(), description="descents into sleep")
    delay: DelayParameters = Field(DelayParameters(), description="latencies of deeper sleep")
    metrics: MetricParameters = Field(MetricParameters(), description="the night's numbers")
    closeups: CloseupParameters = Field(CloseupParameters(), description="close-ups of events")
