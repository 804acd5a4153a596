"""The study of false rejections: small, but all of it."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

import econ
from econ.datasets import load, verify
from econ.errors import DataError, OptionError
from econ.studies.coverage import Block, coverage, replicates
from econ.studies.methods import methods
from econ.studies.recording import record
from econ.studies.samples import SAMPLES


def test_every_cell_and_method_is_there_and_the_seed_decides():
    said = []
    one, other = (coverage(draws=2, clusters=(6, 8), seed=3, say=said.append) for _ in range(2))
    assert_array_equal(one.to_numpy(), other.to_numpy())
    assert set(one["sample"]) == set(SAMPLES)
    assert len(one) == 2 * sum(len(methods(sample)) for sample in SAMPLES)
    assert ((one["rejected"] + one["undefined"]) <= one["draws"]).all()
    assert said == ["8 cells of 2 replicates"] * 2


def test_blocks_count_each_replicate_once_for_each_method():
    counts = replicates(Block("balanced", 6, 5, np.random.SeedSequence(1)))
    for method in methods("balanced"):
        assert sum(count for key, count in counts.items() if key[2] == method) == 5


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_effect_exists(sample):
    generator = np.random.default_rng(0)
    tables = pd.concat([SAMPLES[sample](generator, 10) for _ in range(40)])
    assert abs(np.corrcoef(tables["x"], tables["y"])[0, 1]) < 0.1


def test_draws_that_are_none_are_refused():
    with pytest.raises(OptionError, match="draws"):
        coverage(draws=0)


def test_a_recorded_table_fits_its_passport(tmp_path):
    folder = tmp_path / "coverage_study"
    with pytest.raises(DataError, match="dataset.toml"):
        record(pd.DataFrame(), folder)
    table = load("coverage_study")
    folder.mkdir()
    source = Path(econ.__file__).parents[1] / "data" / "coverage_study" / "dataset.toml"
    shutil.copy(source, folder)
    before = source.read_text(encoding="utf-8")
    record(table, folder)
    assert (folder / "dataset.toml").read_text(encoding="utf-8") == before  # the same table, the same checksum
    record(table.head(3), folder)
    assert "nrows = 3" in (folder / "dataset.toml").read_text(encoding="utf-8")


def test_the_stored_study_is_as_its_passport_says():
    verify("coverage_study")
    study = load("coverage_study")
    assert (study["draws"] >= 2000).all()
    hc1 = study.query("sample == 'balanced' and method == 'HC1'")
    assert (hc1["rejected"] > 0.1 * hc1["draws"]).all()  # what everybody knows
