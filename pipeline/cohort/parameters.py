"""What counts in a cohort, beside the settings that each night was scored with."""

from __future__ import annotations

from pydantic import Field

from pipeline.parameters import Parameters


class HazardParameters(Parameters):
    """The hazard of N2 in each epoch of N1."""

    window_s: float = Field(
        60.0,
        gt=0.0,
        description="a jerk, an arousal or a leg movement counts for so many seconds; source: "
        "clinical.md 5.3",
    )
    control_s: float = Field(
        120.0,
        gt=0.0,
        description="the negative control looks at a window that lies so many seconds earlier; "
        "source: clinical.md 5.3",
    )
    least_scorable_share: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        description="an epoch of N1 is left out when less of it, or of the epoch before, could be "
        "scored on any leg; source: own choice, unscored time may hide a jerk",
    )
    rare_share: float = Field(
        0.15,
        ge=0.0,
        le=1.0,
        description="when more of the descents end in N2, the hazard ratio is turned into an "
        "approximate risk ratio before the E-value; source: VanderWeele and Ding 2017, "
        "doi 10.7326/M16-2607",
    )
    cycle_sleep_min: float = Field(
        15.0,
        gt=0.0,
        description="sleep without R for so many minutes ends a period of R, and with it a cycle; "
        "source: Feinberg and Floyd 1979, doi 10.1111/j.1469-8986.1979.tb02991.x",
    )
    least_exposed: int = Field(
        5,
        ge=1,
        description="a hazard ratio is given when so many epochs were exposed, and as many ended "
        "in the event; source: own choice, clinical.md 5.3 asks five matched jerks",
    )


class ComparisonParameters(Parameters):
    """How groups and covariates are compared."""

    least_persons: int = Field(
        3,
        ge=2,
        description="each side of a comparison has so many persons, else it is absent; source: "
        "own choice, two persons say nothing of the spread of a group",
    )
    most_levels: int = Field(
        8,
        ge=2,
        description="a column with more different texts is not compared: it is no group; source: "
        "own choice",
    )
    least_numbers: int = Field(
        6,
        ge=2,
        description="a column of numbers with so many different values is a quantity, with fewer "
        "it is a set of groups; source: own choice",
    )
    n_bootstraps: int = Field(
        2000,
        ge=100,
        description="drawn sets of persons for the interval of a difference of medians; source: "
        "Efron and Tibshirani 1993, over a thousand for percentile intervals",
    )
    seed: int = Field(20_240, ge=0, description="seed of the drawn sets; source: any number")


class FlagParameters(Parameters):
    """When a person's nights are a reason to ask a clinician; never a diagnosis."""

    frequent_per_h: float = Field(
        15.0,
        gt=0.0,
        description="jerks per hour of N1 from which on a night counts as frequent; source: own "
        "choice, no reference range exists (clinical.md 2): set it to your lab's experience",
    )
    persistent_share: float = Field(
        0.75,
        gt=0.0,
        le=1.0,
        description="share of the nights that must be frequent; source: own choice, after the "
        "wish to tell lasting from passing sleep starts in Whitney and Weiss 2018, "
        "doi 10.1007/s40675-018-0104-9",
    )
    persistent_nights: int = Field(
        3,
        ge=2,
        description="nights from which on persistence is judged; source: own choice, two nights "
        "differ by chance",
    )
    series_jerks: int = Field(
        4, ge=3, description="jerks that make a series; source: AASM rule of PLM series"
    )
    series_least_s: float = Field(
        5.0, gt=0.0, description="shortest interval in a series; source: AASM rule of PLM series"
    )
    series_most_s: float = Field(
        90.0, gt=0.0, description="longest interval in a series; source: AASM rule of PLM series"
    )
    periodic_share: float = Field(
        0.5,
        gt=0.0,
        le=1.0,
        description="share of the jerks in series from which on they look periodic; source: own "
        "choice, sleep starts are sporadic and PLM are not (Walters 2007, doi "
        "10.1378/chest.06-1602)",
    )
    wake_share: float = Field(
        0.25,
        gt=0.0,
        le=1.0,
        description="share of the jerks in wake away from sleep from which on it is told; source: "
        "own choice, jerks in relaxed wake too suggest another myoclonus (Vetrugno and Montagna "
        "2011, doi 10.1016/j.sleep.2011.10.005)",
    )
    drowsy_s: float = Field(
        120.0,
        ge=0.0,
        description="wake in so many seconds before sleep is drowsiness, where sleep starts "
        "belong; source: clinical.md 2",
    )
    least_jerks: int = Field(
        10, ge=1, description="jerks from which on shares are judged; source: own choice"
    )


class TrendParameters(Parameters):
    """The course over a person's nights."""

    least_nights: int = Field(
        4,
        ge=3,
        description="nights from which on a slope is given; source: own choice, with three the "
        "interval of the Theil-Sen slope has no ends",
    )


class CohortParameters(Parameters):
    """All parameters of a cohort."""

    confidence: float = Field(
        0.95, gt=0.0, lt=1.0, description="confidence of every interval; source: convention"
    )
    age_edges_years: tuple[int, ...] = Field(
        (18, 40, 60),
        description="edges of the age bands, in years; ages are used and written as bands only; "
        "source: own choice, wide bands tell little of a person",
    )
    few_persons: int = Field(
        20,
        ge=2,
        description="a cohort of fewer persons is told to be small; source: own choice, errors "
        "by cluster are known to be too narrow with few clusters",
    )
    told_dispersion: float = Field(
        2.0,
        ge=1.0,
        description="nights that differ so many times as much as chance makes them are told; "
        "source: own choice",
    )
    hazard: HazardParameters = Field(HazardParameters(), description="hazard of N2 in N1")
    comparisons: ComparisonParameters = Field(
        ComparisonParameters(), description="groups and covariates"
    )
    trends: TrendParameters = Field(TrendParameters(), description="course over the nights")
    flags: FlagParameters = Field(FlagParameters(), description="prompts for a clinician")
