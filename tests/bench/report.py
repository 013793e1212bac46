"""Write what was measured: a table to read, JSON to compare with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.check_run import LATENCY, CheckRunTime
from tests.bench.command_times import CommandTime
from tests.bench.import_times import FEW_BYTES, ImportTime
from tests.bench.list_times import ListTime
from tests.bench.palette_times import PaletteTime
from tests.bench.start_times import StartPair
from tests.bench.store_costs import AccountCost
from tests.bench.unlock_times import UnlockTime

TIME_AIM = 1.25
MEMORY_AIM = 1.5
ADDING_AIM = 1.5
CHECKING_AIM = 1.2
STALL_AIM = 0.05
IMPORT_AIM = 5
KEY_AIM = 0.008
_NAME = "bench"


@dataclass(frozen=True, slots=True)
class BenchResult:
    """One run of the whole bench."""

    runs: int
    pairs: Sequence[StartPair]
    costs: Sequence[AccountCost]
    commands: Sequence[CommandTime]
    unlocks: Sequence[UnlockTime]
    checks: CheckRunTime
    imports: Sequence[ImportTime]
    lists: Sequence[ListTime]
    palette: PaletteTime

    def table(self) -> str:
        """Lay it out as Markdown."""
        lines = [
            f"Medians of {self.runs} starts, program and bare window in turns, offscreen.",
            f"Aim at 1,000 accounts: time at most {TIME_AIM}, memory at most {MEMORY_AIM}.",
            "",
            "| Accounts | Usable after | Bare | Ratio | All panes | Peak memory | Bare | Ratio |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|",
            *map(_pair_line, self.pairs),
            "",
            "| One operation | Few | Cost | Many | Cost | Ratio |",
            "|---|---:|---:|---:|---:|---:|",
            *map(_cost_line, self.costs),
            "",
            "| Command | Takes | Beside | Takes | Ratio | Aim |",
            "|---|---:|---|---:|---:|---:|",
            *map(_command_line, self.commands),
            "",
            f"Aim for adding: at most {ADDING_AIM}, but for the keychain's own cost.",
            "Aim for unlocking 1,000 accounts: at most 1 s, at most 128 MiB.",
            "",
            "| Encrypted file of | Unlocked after | Peak memory |",
            "|---:|---:|---:|",
            *map(_unlock_line, self.unlocks),
            "",
            f"Aim for Check all, where X takes {LATENCY * 1000:.0f} ms: at most {CHECKING_AIM}.",
            f"Aim for the window meanwhile: no stall above {STALL_AIM * 1000:.0f} ms.",
            "",
            "| Checked | Takes | Ideal | Ratio | Longest stall |",
            "|---:|---:|---:|---:|---:|",
            _checks_line(self.checks),
            "",
            f"Aim for a file to import, four times as long: at most {IMPORT_AIM} times the time.",
            "",
            f"| File | Accounts | {FEW_BYTES >> 10} KiB | 1 MiB | Ratio | Parser | 1 MiB | Ratio |",
            "|---|---:|---:|---:|---:|---|---:|---:|",
            *map(_import_line, self.imports),
            "",
            *self._search_lines(),
        ]
        return "\n".join(lines) + "\n"

    def _search_lines(self) -> list[str]:
        return [
            f"Aim for a key in the search: at most {KEY_AIM * 1000:.0f} ms; dropped frames: none.",
            "",
            "| Accounts | A key | Slowest | A step of the wheel | Slowest | Dropped |",
            "|---:|---:|---:|---:|---:|---:|",
            *map(_list_line, self.lists),
            "",
            f"Aim for a key stroke in the palette: at most {KEY_AIM * 1000:.0f} ms.",
            "",
            "| Accounts | Palette opened after | Usual key stroke | Slowest |",
            "|---:|---:|---:|---:|",
            _palette_line(self.palette),
        ]

    def json(self) -> str:
        pairs = [
            {**asdict(one), "time_ratio": one.time_ratio, "memory_ratio": one.memory_ratio}
            for one in self.pairs
        ]
        costs = [{**asdict(one), "ratio": one.ratio} for one in self.costs]
        numbers = {
            "runs": self.runs,
            "starts": pairs,
            "costs": costs,
            "commands": [asdict(one) for one in self.commands],
            "unlocks": [asdict(one) for one in self.unlocks],
            "checks": {**asdict(self.checks), "ratio": self.checks.ratio},
            "imports": [asdict(one) for one in self.imports],
            "lists": [asdict(one) for one in self.lists],
            "palette": asdict(self.palette),
        }
        return json.dumps(numbers, indent=1) + "\n"

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{_NAME}.md").write_text(self.table(), encoding="utf-8")
        (folder / f"{_NAME}.json").write_text(self.json(), encoding="utf-8")


def _pair_line(pair: StartPair) -> str:
    program, bare = pair.program, pair.bare
    cells = (
        f"{pair.rows:,}",
        f"{program.seconds * 1000:.0f} ms",
        f"{bare.seconds * 1000:.0f} ms",
        f"{pair.time_ratio:.2f}",
        f"{program.settled * 1000:.0f} ms",
        f"{program.kilobytes / 1024:.0f} MiB",
        f"{bare.kilobytes / 1024:.0f} MiB",
        f"{pair.memory_ratio:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def _cost_line(cost: AccountCost) -> str:
    return (
        f"| {cost.name} | {cost.few:,} | {cost.few_microseconds:.1f} µs"
        f" | {cost.many:,} | {cost.many_microseconds:.1f} µs | {cost.ratio:.2f} |"
    )


def _command_line(one: CommandTime) -> str:
    return (
        f"| `{one.name}` | {one.seconds * 1000:.0f} ms | {one.reference}"
        f" | {one.reference_seconds * 1000:.0f} ms | {one.ratio:.2f} | {one.aim} |"
    )


def _unlock_line(one: UnlockTime) -> str:
    return f"| {one.accounts:,} | {one.seconds:.2f} s | {one.mebibytes:.0f} MiB |"


def _checks_line(one: CheckRunTime) -> str:
    return (
        f"| {one.accounts:,} | {one.seconds:.2f} s | {one.ideal:.2f} s"
        f" | {one.ratio:.2f} | {one.stall * 1000:.0f} ms |"
    )


def _import_line(one: ImportTime) -> str:
    return (
        f"| {one.file_format} | {one.accounts:,} | {one.few_seconds * 1000:.0f} ms"
        f" | {one.many_seconds * 1000:.0f} ms | {one.length_ratio:.1f}"
        f" | {one.parser} | {one.parser_seconds * 1000:.0f} ms | {one.parser_ratio:.1f} |"
    )


def _list_line(one: ListTime) -> str:
    times = (one.key, one.slowest_key, one.step, one.slowest_step)
    cells = (f"{one.rows:,}", *(f"{seconds * 1000:.1f} ms" for seconds in times), str(one.dropped))
    return f"| {' | '.join(cells)} |"


def _palette_line(one: PaletteTime) -> str:
    times = (one.opened, one.usual, one.slowest)
    return f"| {one.accounts:,} | {' | '.join(f'{seconds * 1000:.1f} ms' for seconds in times)} |"
