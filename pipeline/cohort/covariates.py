"""Columns of the participants table as groups or quantities."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.cohort.parameters import ComparisonParameters

AGE_NAMES = frozenset({"age", "age_years", "age_y", "age_band"})
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")
_AGE = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*(?:y|yr|yrs|years?)?\.?", re.IGNORECASE)
_BAND = re.compile(
    r"(?:under|over|[<>]=?)\s*\d{1,3}|\d{1,3}\s*(?:\+|and over|(?:-|\u2013|to)\s*\d{1,3})|\D+",
    re.IGNORECASE,
)


class CovariateKind(StrEnum):
    """How a column is compared."""

    GROUPS = "groups"
    QUANTITY = "quantity"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Covariate:
    """A column as it is compared.

    Attributes
    ----------
    levels
        Of groups, the most frequent one first: it is the reference.
    reason
        Why it is not compared.
    """

    name: str
    kind: CovariateKind
    levels: tuple[str, ...] = ()
    reason: str = ""


def covariate(
    name: str, values: Sequence[str | None], parameters: ComparisonParameters
) -> Covariate:
    """Tell how a column is compared, from its values, one a night.

    Dates are never used: they would tell whose nights these are.
    """
    known = [value for value in values if value is not None]
    counts = Counter(known)
    levels = tuple(sorted(counts, key=lambda level: (-counts[level], level)))
    if len(levels) <= 1:
        words = "it has no value" if not levels else "it has one value only"
        return Covariate(name=name, kind=CovariateKind.NONE, reason=words)
    if any(_DATE.search(level) for level in levels):
        return Covariate(name=name, kind=CovariateKind.NONE, reason="it holds dates")
    numbers = [as_number(value) for value in levels]
    if None not in numbers and len(set(numbers)) >= parameters.least_numbers:
        return Covariate(name=name, kind=CovariateKind.QUANTITY)
    if len(levels) > parameters.most_levels:
        return Covariate(
            name=name,
            kind=CovariateKind.NONE,
            reason=f"it has {len(levels)} different texts, and at most "
            f"{parameters.most_levels} are taken as groups",
        )
    return Covariate(name=name, kind=CovariateKind.GROUPS, levels=levels)


def as_number(text: str) -> float | None:
    """Give the finite number that a text is, with a point or a comma; None where it is none."""
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None


def age_band(text: str, edges_years: Sequence[int]) -> str | None:
    """Give the band of an age, such as ``18 to 39``; a band or a word stays as it is.

    Whatever else holds digits, a date of birth for one, gives None: it might tell the very age.
    """
    whole = _AGE.fullmatch(text)
    if whole is None:
        return text if _BAND.fullmatch(text) else None
    age = as_number(whole.group(1)) or 0.0
    below = [edge for edge in edges_years if edge <= age]
    above = [edge for edge in edges_years if edge > age]
    if not below:
        return f"under {above[0]}" if above else "any age"
    return f"{below[-1]} to {above[0] - 1}" if above else f"{below[-1]} and over"
