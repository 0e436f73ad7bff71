"""No false word on what signals mean: the standard nights, the nap, and a real night."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.codes import Code
from pipeline.config import Config
from pipeline.edf.study_writer import write_study
from pipeline.montage import MontageParameters
from pipeline.plausibility import examine
from pipeline.reading import read_study
from pipeline.simulate.night import simulate
from pipeline.simulate.recipe import Recipe
from pipeline.simulate.standard import STANDARD_NIGHTS
from pipeline.staging.features import Kind, measure
from pipeline.staging.quality import scale_doubt
from pipeline.staging.resampling import condition
from pipeline.study import EEG_ROLES

HUMMING = {
    "delaying_200": {("leg_left", Code.MAINS), ("leg_right", Code.MAINS)},
    "myoclonus_512": {("leg_left", Code.MAINS), ("leg_right", Code.MAINS)},
    "trains_256": {("leg_left", Code.MAINS)},  # the open lead of one fifth of the night
}


def words(path: Path) -> set[tuple[str, Code]]:
    study = read_study(path, None, MontageParameters())
    found = {(f.role, f.code) for f in examine(study, Config().plausibility).found}
    lead = study.lead(*EEG_ROLES)
    assert lead is not None
    iqr_uv = measure(condition(lead.microvolts, lead.rate_hz), Kind.EEG)["eeg_iqr"]
    doubt = scale_doubt(iqr_uv, Kind.EEG, Config().staging.quality)
    return found | ({(lead.role, Code.UNIT_IMPLAUSIBLE)} if doubt else set())


def test_the_committed_nap_gives_no_word() -> None:
    assert words(Path(__file__).parents[2] / "sample_data" / "nap.edf") == set()


def test_the_real_night_gives_no_word(shared: Path) -> None:
    assert words(shared / "recordings" / "ucddb018" / "ucddb018_eeg_hyp.edf") == set()


@pytest.mark.slow
@pytest.mark.parametrize("recipe", STANDARD_NIGHTS, ids=lambda recipe: recipe.name)
def test_a_standard_night_gives_the_words_of_its_own_trouble(
    recipe: Recipe, tmp_path: Path
) -> None:
    path = tmp_path / "night.edf"
    write_study(path, simulate(recipe), annotations=False)
    assert words(path) == HUMMING.get(recipe.name, set())
