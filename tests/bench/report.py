"""Write docs/performance.md, its plots, and the figures that a later run is compared with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.comparison import UNITS
from tests.bench.plots import paint_growth, paint_ratios

PAGE_NAME = "performance.md"
FIGURES_NAME = "performance.json"
_RATIOS_NAME = "performance-ratios.png"
_GROWTH_NAME = "performance-growth.png"
_INTRODUCTION = """# Performance

`make bench` writes this page. Each figure stands beside that of something real, measured in turns
in the same run: first the one, then the other, in every second pair the other way round. The ratio
is the median of the pairs' ratios, so that what slows the machine down slows both; below 1 Twauth
takes less. The range has it with 99 % certainty (a bootstrap of the pairs). `make bench-compare`
measures again, and fails if the range of a ratio lies above that of the committed run.
"""
_HEAD = """| Twauth | takes | beside | takes | ratio | range | aim |
|---|---:|---|---:|---:|---:|---:|
"""


def write_report(rows: Sequence[dict[str, Any]], machine: dict[str, str], folder: Path) -> None:
    """Write page, plots and figures into a folder."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    figures = {"date": f"{date.today():%Y-%m-%d}", "machine": machine, "rows": rows}  # noqa: DTZ011 - the local day
    text = json.dumps(figures, indent=1, ensure_ascii=False) + "\n"
    (folder / FIGURES_NAME).write_text(text, encoding="utf-8")
    (folder / PAGE_NAME).write_text(format_page(rows, figures), encoding="utf-8")
    measured = [row for row in rows if not row["missing"]]
    paint_ratios(measured, pictures / _RATIOS_NAME)
    paint_growth(measured, pictures / _GROWTH_NAME)


def format_page(rows: Sequence[dict[str, Any]], figures: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    machine = figures["machine"]
    where = ", ".join(
        (
            machine["processor"],
            machine["system"],
            f"Python {machine['python']}",
            f"PySide6 {machine['pyside6']}",
            f"load {machine['load']} before",
            figures["date"],
        )
    )
    parts = [
        _INTRODUCTION,
        f"This run: {where}.\n",
        f"![The ratio of each row, with its range](pictures/{_RATIOS_NAME})\n",
    ]
    for topic in dict.fromkeys(row["topic"] for row in rows):
        lines = [format_row(row) for row in rows if row["topic"] == topic]
        parts.append(f"## {topic}\n\n{_HEAD}" + "\n".join(lines) + "\n")
        if topic == "Memory":
            parts.append(
                f"![Start and memory by the number of accounts](pictures/{_GROWTH_NAME})\n"
            )
    return "\n".join(parts)


def format_row(row: dict[str, Any]) -> str:
    """Return a line of a table."""
    if row["missing"]:
        return f"| {row['name']} | | {row['reference']} | | | | {row['missing']} |"
    cells = (
        row["name"],
        format_figure(row["ours"], row["unit"]),
        row["reference"],
        format_figure(row["theirs"], row["unit"]),
        f"**{row['ratio']:.2f}**",
        f"{row['low']:.2f} to {row['high']:.2f}",
        _format_aim(row),
    )
    return f"| {' | '.join(cells)} |"


def format_figure(figure: float, unit: str) -> str:
    """Return seconds or KiB in a unit, with three digits that count."""
    value = figure * UNITS[unit]
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _format_aim(row: dict[str, Any]) -> str:
    aims: list[str] = []
    if row["aim"] is not None:
        aims.append(f"ratio ≤ {row['aim']:g}" + (" ✓" if row["ratio"] <= row["aim"] else " ✗"))
    if row["limit"] is not None:
        limit = format_figure(row["limit"], row["unit"])
        aims.append(f"≤ {limit}" + (" ✓" if row["ours"] <= row["limit"] else " ✗"))
    if row["note"]:
        aims.append(row["note"])
    return "; ".join(aims)
