"""CPU seconds of one night's delay analysis: 200 drawn nights, 1,000 resamples, 999 turns.

Run by ``make bench``. A night of 40 short descents with a jerk in most of them, far more than
nights have, and a common one of 12 descents.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import numpy as np

from pipeline.delay import Course, DelayParameters, matched_delay, night_delay
from pipeline.depth import DepthParameters, epoch_steps, sleep_depth
from pipeline.descents import DescentParameters, find_descents
from pipeline.drawn_hypnograms import DrawParameters, draw
from pipeline.hypnogram import Hypnogram, Stage
from pipeline.simulate.passages import PassagePlan, draw_passages
from tests.benchmarks.delay_scenarios import course_of

_N_EPOCHS = 960
_DOUBT = 0.15  # of each epoch's probability, spread over all stages


def whole_night(n_descents: int) -> Course:
    """Give a night of 8 h that begins with so many descents and goes on in N2."""
    rng = np.random.Generator(np.random.PCG64(1))
    course = course_of(draw_passages(PassagePlan(), n_descents, 300.0, rng), range(n_descents))
    short = course.hypnogram
    n_more = max(0, _N_EPOCHS - len(short))
    stages = np.concatenate((short.stages, np.full(n_more, Stage.N2, np.int8)))
    assert short.probabilities is not None  # drawn with them
    shares = np.vstack((short.probabilities, np.tile(np.eye(5)[Stage.N2], (n_more, 1))))
    shares = (1.0 - _DOUBT) * shares + _DOUBT / 5.0
    hypnogram = Hypnogram(stages=stages, probabilities=shares, source="auto")
    return replace(
        course,
        hypnogram=hypnogram,
        depth=sleep_depth(hypnogram, DepthParameters()),
        scorable=epoch_steps(np.ones(len(hypnogram)), epoch_s=hypnogram.epoch_s),
        arousals_s=np.empty((0, 2)),
    )


def main() -> None:
    """Print the CPU seconds."""
    for n_descents in (12, 40):
        course = whole_night(n_descents)
        hypnogram = course.hypnogram
        find = partial(
            find_descents,
            lights_off_s=0.0,
            lights_on_s=hypnogram.end_s,
            jerks_s=course.jerks_s,
            parameters=DescentParameters(),
        )
        drawn = [Hypnogram(stages=s, source="auto") for s in draw(hypnogram, DrawParameters())]
        began = time.process_time()
        matched = matched_delay((course,), DelayParameters())
        by_itself = time.process_time() - began
        night_delay(course, find, drawn, DelayParameters())
        whole = time.process_time() - began - by_itself
        print(
            f"{len(course.descents)} descents, {matched.n_jerks} jerks in N1, "
            f"{matched.n_matched} matched: {whole:.2f} CPU s with {len(drawn)} drawn nights "
            f"(bar: under 2), {by_itself:.2f} without"
        )


if __name__ == "__main__":
    main()
