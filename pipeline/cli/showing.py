"""`hypnic show`: a night's summary in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipeline import store
from pipeline.cli.words import shown
from pipeline.codes import Code
from pipeline.errors import ResultError
from pipeline.outcome import ExitCode
from pipeline.result_files import NIGHT_JSON, REPORT

HEADLINES = (
    "trt_min",
    "tst_min",
    "sol_min",
    "lps_min",
    "n2_latency_min",
    "n3_latency_min",
    "n1_min",
    "jerks_n1",
    "jerks_n1_per_h",
    "jerks_n1_expected",
    "jerks_n1_followed_percent",
    "delay_matched_s",
    "jerks",
    "descents",
    "descents_with_jerks",
    "plms_aasm_v3_per_h",
    "plms_wasm_2016_per_h",
)  # the answer first; the report holds every number with its definition


def show_results(result: Path) -> ExitCode:
    """Print the night in a result folder, or every night of an output folder.

    Raises
    ------
    ResultError
        There is no scored night at that place.
    """
    console = Console(emoji=False)
    folders = [result] if (result / store.MANIFEST).is_file() else list(store.nights(result))
    if not folders:
        raise ResultError(
            "No scored night is there.",
            code=Code.NO_RESULT,
            found=str(result),
            remedy="Give a result folder, or the folder that was given with --out.",
        )
    n_damaged = sum(not _is_shown(console, folder) for folder in folders)
    return ExitCode.FAILED if n_damaged else ExitCode.GOOD


def _is_shown(console: Console, folder: Path) -> bool:
    """Print one night; a damaged one is told, and the nights after it are shown all the same."""
    try:
        print_night(console, folder)
    except ResultError as error:
        console.print(f"[red]damaged[/red] {shown(folder)}\n  {shown(str(error))}")
        return False
    return True


def print_night(console: Console, folder: Path) -> None:
    """Print one night: its limits first, then its numbers, then where its files are."""
    store.check(folder)
    night = store.read_record(folder / NIGHT_JSON)
    console.rule(f"Night {night['study_key']}")
    _limits(console, night)
    _numbers(console, night)
    _agreement(console, night)
    console.print(f"Report: {shown(folder / REPORT)}", soft_wrap=True)
    console.print(f"[dim]{shown(' '.join(night['statement'][-2:]))}[/dim]")


def _limits(console: Console, night: Mapping[str, Any]) -> None:
    lights = night["lights"]
    if lights["is_off_assumed"] or lights["is_on_assumed"]:
        words = "lights off and on are not both marked; the record's end stands for what is not"
        console.print(f"[yellow]![/yellow] {Code.LIGHTS_ASSUMED}: {words}", soft_wrap=True)
    for notice in night["notices"]:
        place = f" ({notice['where']})" if notice["where"] else ""
        console.print(
            f"[yellow]![/yellow] {shown(notice['code'])}{shown(place)}: {shown(notice['message'])}",
            soft_wrap=True,
        )


def _numbers(console: Console, night: Mapping[str, Any]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("what", overflow="fold")
    table.add_column("value", overflow="fold")
    told: set[str] = set()
    for name in HEADLINES:
        metric = night["metrics"][name]
        table.add_row(shown(metric["title"]), shown(_value(metric, told)))
    console.print(table)


def _value(metric: Mapping[str, Any], told: set[str]) -> str:
    """Give value, unit and interval; a reason is spelled out once a night, then referred to."""
    if metric["value"] is None:
        reason = metric["reason"]
        words = "the same reason" if reason in told else reason
        told.add(reason)
        return f"not available: {words}"
    interval = ""
    if metric["low"] is not None and metric["high"] is not None:
        interval = f" ({metric['low']:.3g} to {metric['high']:.3g})"
    return f"{metric['value']:.4g} {metric['unit']}".rstrip() + interval


def _agreement(console: Console, night: Mapping[str, Any]) -> None:
    agreement = night["agreement"]
    if agreement is None:
        return
    kappa = "not defined" if agreement["kappa"] is None else f"{agreement['kappa']:.2f}"
    f1 = ", ".join(
        f"{stage} {'-' if value is None else format(value, '.2f')}"
        for stage, value in agreement["f1"].items()
    )
    console.print(
        f"Technician and automatic stages agree on {100 * agreement['accuracy']:.1f} % of "
        f"{agreement['n_epochs']} epochs, kappa {kappa}; F1 {f1}."
    )
