"""Exact and score intervals for counts and shares."""

from __future__ import annotations

import numpy as np
import scipy


def poisson_interval(count: int, *, level: float = 0.95) -> tuple[float, float]:
    """Give the exact interval of the mean of a Poisson count.

    Parameters
    ----------
    count
        Number of events seen, at least 0.
    level
        Confidence, 0 to 1.

    Notes
    -----
    Half the chi-squared quantiles with 2k and 2k + 2 degrees of freedom, through the incomplete
    gamma function, whose import costs less.

    References
    ----------
    Garwood 1936, doi 10.1093/biomet/28.3-4.437.
    """
    tail = (1.0 - level) / 2.0
    low = float(scipy.special.gammaincinv(count, tail)) if count else 0.0
    return low, float(scipy.special.gammaincinv(count + 1, 1.0 - tail))


def wilson_interval(n_hits: int, n_total: int, *, level: float = 0.95) -> tuple[float, float]:
    """Give Wilson's score interval of the share `n_hits` / `n_total`, both ends in 0 to 1.

    Parameters
    ----------
    n_hits, n_total
        Hits among trials; at least one trial.
    level
        Confidence, 0 to 1.

    Raises
    ------
    ValueError
        When there are no trials, or more hits than trials.

    References
    ----------
    Wilson 1927, doi 10.1080/01621459.1927.10502953.
    """
    if not 0 <= n_hits <= n_total or n_total == 0:
        raise ValueError(f"{n_hits} hits among {n_total} trials have no share")
    z = float(scipy.special.ndtri(0.5 + level / 2.0))
    share = n_hits / n_total
    centre = share + z**2 / (2 * n_total)
    half = z * np.sqrt(share * (1 - share) / n_total + (z / (2 * n_total)) ** 2)
    scale = 1 + z**2 / n_total
    low = 0.0 if n_hits == 0 else float((centre - half) / scale)
    high = 1.0 if n_hits == n_total else float((centre + half) / scale)
    return low, high
