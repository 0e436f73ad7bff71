"""Numbers by stage stand on one line; none is lost, and none stands for another."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics import Metric
from pipeline.report.parameter_tables import ParameterGroup, parameter_groups


def metric(name: str, title: str, value: float | None = 1.0, **facts: Any) -> Metric:
    usual = {"group": "Jerks", "unit": "/h", "definition": f"What {title} counts."}
    return Metric(name=name, title=title, value=value, **(usual | facts))


def group(*metrics: Metric) -> ParameterGroup:
    [found] = parameter_groups(metrics)
    return found


def test_a_number_of_every_stage_is_one_row_in_the_order_of_the_columns() -> None:
    found = group(
        metric("lm_n1_per_h", "LM index in N1", 2.0),
        metric("lm_wake_per_h", "LM index in wake", 8.0),
        metric("lm_per_h", "LM index in sleep", 3.0, low=1.0, high=4.5),
    )
    [row] = found.stage_rows
    assert found.columns == ("In sleep", "W", "N1", "N2", "N3", "R")
    assert row.title == "LM index"
    assert row.names == "lm_*_per_h, lm_per_h"
    assert row.cells == (("3", "1 to 4.5"), ("8", ""), ("2", ""), ("", ""), ("", ""), ("", ""))
    assert found.rows == ()


def test_without_a_number_of_the_whole_there_is_no_column_for_it() -> None:
    found = group(metric("n1_min", "Time in N1"), metric("r_min", "Time in R", 5.0))
    assert found.columns == ("W", "N1", "N2", "N3", "R")
    assert [value for value, _ in found.stage_rows[0].cells] == ["", "1", "", "", "5"]
    assert found.stage_rows[0].names == "*_min"


def test_a_stage_without_a_value_has_a_dash_and_its_reason() -> None:
    found = group(
        metric("lm_n1_per_h", "LM index in N1", 0.0),
        metric("lm_n3_per_h", "LM index in N3", None, reason="no time"),
        metric("lm_r_per_h", "LM index in R", None),
    )
    [row] = found.stage_rows
    assert [value for value, _ in row.cells] == ["", "0", "", "—", "—"]
    assert row.reasons == "N3: no time; R: no reason was given"
    assert not row.is_absent


def test_stages_that_lack_a_value_for_the_same_reason_share_it() -> None:
    found = group(
        metric("lm_n1", "LM index in N1"),
        metric("lm_n3", "LM index in N3", None, reason="no N3 between lights off and lights on"),
        metric("lm_r", "LM index in R", None, reason="no R between lights off and lights on"),
        metric("lm_n2", "LM index in N2", None, reason="no movement in N2"),
    )
    assert found.stage_rows[0].reasons == (
        "N3, R: none of it between lights off and lights on; N2: no movement in the stage"
    )


def test_stages_without_a_value_are_named_where_others_have_one() -> None:
    found = group(
        metric("lm_n1", "LM index in N1"),
        metric("lm_n2", "LM index in N2", None, reason="no time"),
        metric("lm_n3", "LM index in N3", None, reason="no time"),
    )
    assert found.stage_rows[0].reasons == "N2, N3: no time"


def test_one_reason_for_all_stages_is_told_once() -> None:
    found = group(
        *(metric(f"lm_{s}", f"LM index in {s}", None, reason="no legs") for s in ("N1", "N2"))
    )
    assert found.stage_rows[0].is_absent
    assert found.stage_rows[0].reasons == "no legs"


def test_a_definition_that_differs_in_the_stage_only_is_told_once() -> None:
    found = group(
        *(
            metric(
                f"lm_{s}", f"LM index in {s}", definition=f"Movements in sleep in {s}, per hour."
            )
            for s in ("N1", "sleep")
        )
    )
    assert found.stage_rows[0].definition == "Movements in sleep in the stage, per hour."


def test_definitions_that_differ_in_more_are_told_with_their_stages() -> None:
    found = group(
        metric("lm_n1", "LM index in N1", definition="One."),
        metric("lm_n2", "LM index in N2", definition="Other."),
        metric("lm_n3", "LM index in N3", definition="One."),
    )
    assert found.stage_rows[0].definition == "N1, N3: One.; N2: Other."


def test_a_doubt_of_one_stage_names_it() -> None:
    found = group(metric("lm_n1", "LM index in N1", doubt="few"), metric("lm_n2", "LM index in N2"))
    assert found.stage_rows[0].doubt == "N1: few"


def test_a_stage_within_a_title_and_other_units_keep_numbers_apart() -> None:
    found = group(
        metric("a", "Jerks in N1 of a descent"),
        metric("b", "Jerks in N1", unit=""),
        metric("c", "Jerks in N2", unit="/h"),
    )
    assert [row.name for row in found.rows] == ["a", "b", "c"]
    assert found.stage_rows == ()


titles = st.sampled_from(["LM index in N1", "LM index in N2", "LM index in sleep", "LM index"])


@given(st.lists(st.tuples(titles, st.sampled_from("xy"), st.sampled_from(["", "/h"]))))
def test_every_number_stands_once(drawn: list[tuple[str, str, str]]) -> None:
    metrics = [
        metric(f"m{i}", title, float(i + 100), group=name, unit=unit)
        for i, (title, name, unit) in enumerate(drawn)
    ]
    found = parameter_groups(metrics)
    alone = [row.value for each in found for row in each.rows]
    in_stages = [v for each in found for r in each.stage_rows for v, _ in r.cells if v]
    assert sorted(alone + in_stages) == sorted(f"{m.value:.0f}" for m in metrics)
