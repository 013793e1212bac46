"""Measures what one account costs an operation over all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.bench.filling import fill
from tests.support.memory_vault import MemoryVault
from twauth_gui.store.store import Store


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds per account at two sizes; flat means a ratio of about one."""

    name: str
    few: int
    many: int
    few_microseconds: float
    many_microseconds: float

    @property
    def ratio(self) -> float:
        return self.many_microseconds / self.few_microseconds


def listing_costs(folder: Path, few: int, many: int, runs: int) -> list[Cost]:
    """Measure at both sizes in turns: listing everything, and looking one account up."""
    stores = {size: _store(folder / f"listing-{size}", size) for size in (few, many)}
    operations: dict[str, Callable[[int], float]] = {
        "list all accounts, per account": lambda size: _timed(stores[size].accounts.all) / size,
        "look one account up": lambda size: _look_up(stores[size], size),
    }
    costs = [_cost(name, operation, (few, many), runs) for name, operation in operations.items()]
    for store in stores.values():
        store.close()
    return costs


def _cost(name: str, operation: Callable[[int], float], sizes: tuple[int, int], runs: int) -> Cost:
    few, many = sizes
    pairs = [(operation(few), operation(many)) for _ in range(runs + 1)][1:]
    return Cost(
        name, few, many, median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    )


def _store(directory: Path, accounts: int) -> Store:
    fill(directory, accounts)
    return Store.open(directory, MemoryVault(), now=lambda: datetime.now(UTC))


def _look_up(store: Store, size: int) -> float:
    account = store.accounts.all()[size // 2]
    return _timed(lambda: [store.accounts.get(account.id) for _ in range(50)]) / 50


def _timed(operation: Callable[[], object]) -> float:
    """Microseconds."""
    begun = time.perf_counter()
    _ = operation()
    return (time.perf_counter() - begun) * 1e6
