"""Measures what adding one more account costs, where there are few and where there are many."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TypeVar

import secretstorage
from secretstorage.util import open_session

from tests.bench.filling import an_account, fill
from tests.bench.listing import Cost
from tests.bench.prepared_ring import PreparedService
from tests.support.memory_vault import MemoryVault
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.secret import Secret
from twauth_gui.services.kit import wall_clock
from twauth_gui.store.deadline import DeadlineVault
from twauth_gui.store.file_vault import FILE_NAME, FileVault
from twauth_gui.store.keychain import system_vault
from twauth_gui.store.records import encode
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault

FEW = 9
PASSPHRASE = Secret("bench")
CREDENTIALS = Credentials(Secret("7000000000-" + "a" * 39), Secret("s" * 45))

Add = Callable[[int], object]
T = TypeVar("T")


def adding_costs(folder: Path, many: int, in_service: int, samples: int) -> list[Cost]:
    """Measure the index alone, the encrypted file, and our share of the Secret Service."""
    memory = {size: MemoryVault() for size in (FEW, many)}
    with (
        _stores(folder / "index", memory) as indexes,
        _file_stores(folder / "file", (FEW, many)) as files,
    ):
        costs = [
            _cost("add an account: our index alone", indexes, samples),
            _cost("add an account: encrypted file", files, samples),
        ]
    return [*costs, *_service_costs(folder / "service", in_service, samples)]


def filled_file(folder: Path, size: int) -> FileVault:
    """Give an unlocked encrypted file with the credentials of so many accounts."""
    folder.mkdir(parents=True, exist_ok=True)
    vault = FileVault(folder / FILE_NAME, lambda: PASSPHRASE)
    vault.create(PASSPHRASE)
    record = encode(CREDENTIALS)
    vault.write_all({f"twauth/account/account{n}/1": record for n in range(size)})
    return vault


@contextmanager
def _stores(folder: Path, vaults: Mapping[int, Vault]) -> Generator[dict[int, Add]]:
    """Open a store of each size; each gives a function that adds one more account."""
    adds: dict[int, Add] = {}
    stores: list[Store] = []
    for size, vault in vaults.items():
        fill(folder / str(size), size)
        store = Store.open(folder / str(size), vault, now=wall_clock)
        stores.append(store)
        adds[size] = _adder(store, size)
    yield adds
    for store in stores:
        store.close()


def _adder(store: Store, size: int) -> Add:
    app = store.apps.all()[0].id if store.apps.all() else AppId("app0")
    return lambda number: store.accounts.add(
        replace(an_account(size + number), app_id=app), CREDENTIALS
    )


@contextmanager
def _file_stores(folder: Path, sizes: tuple[int, ...]) -> Generator[dict[int, Add]]:
    vaults: dict[int, Vault] = {size: filled_file(folder / str(size), size) for size in sizes}
    with _stores(folder, vaults) as adds:
        yield adds


def _service_costs(folder: Path, many: int, samples: int) -> list[Cost]:
    """Let bare secretstorage do the same beside us: the keychain's own cost grows by itself.

    The two are measured in turns, because a large keyring's saving keeps the disk busy for a while
    after its answer: alone beside it, our own saving would seem to grow.
    """
    with ExitStack() as stack:
        few, large = (
            stack.enter_context(_in_service(folder / str(size), size)) for size in (FEW, many)
        )
        found = [(few(number), large(number)) for number in range(samples)]
    return [
        Cost(
            f"add an account: Secret Service, {name}",
            *(FEW + 1, many + 1),
            *(median(sample[which][part] for sample in found) for which in (0, 1)),
        )
        for part, name in enumerate(("bare", "with us", "our share"))
    ]


@contextmanager
def _in_service(folder: Path, size: int) -> Generator[Callable[[int], tuple[float, float, float]]]:
    """Give what adds one bare and one with us; it says what both took, and our part of it."""
    record = encode(CREDENTIALS).reveal()
    inside = _Timed()
    vault = DeadlineVault(lambda: inside.opened(system_vault("linux")))
    with PreparedService(folder / "keychain", size, record) as service, ExitStack() as stack:
        with environment(service.env):
            bare = stack.enter_context(closing(_Bare(record)))
            adds = stack.enter_context(_stores(folder, {size: vault}))

        def add(number: int) -> tuple[float, float, float]:
            with environment(service.env):
                theirs = _timed(bare.add, number)
                _ = inside.take()
                ours = _timed(adds[size], number)
            return theirs, ours, ours - inside.take()

        yield add


class _Timed:
    """Counts the time spent inside a vault, in microseconds."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._inner: Vault

    def opened(self, inner: Vault) -> Vault:
        self._inner = inner
        return self

    def take(self) -> float:
        """Give the time since the last question."""
        spent, self._spent = self._spent, 0.0
        return spent

    @property
    def name(self) -> str:
        return self._inner.name

    def read(self, service: str) -> Secret | None:
        return self._counted(lambda: self._inner.read(service))

    def write(self, service: str, value: Secret) -> None:
        self._counted(lambda: self._inner.write(service, value))

    def delete(self, service: str) -> None:
        self._counted(lambda: self._inner.delete(service))

    def unlock(self) -> None:
        self._counted(self._inner.unlock)

    def probe(self) -> None:
        self._counted(self._inner.probe)

    def close(self) -> None:
        self._inner.close()

    def _counted(self, operation: Callable[[], T]) -> T:
        begun = time.perf_counter()
        try:
            return operation()
        finally:
            self._spent += (time.perf_counter() - begun) * 1e6


class _Bare:
    """secretstorage alone: it creates an item and reads it twice, as our store does."""

    def __init__(self, record: str) -> None:
        self._connection = secretstorage.dbus_init()
        self._collection = secretstorage.get_default_collection(self._connection)
        self._collection.session = open_session(self._connection)
        self._secret = record.encode()

    def add(self, number: int) -> None:
        name = f"added-{number}"
        attributes = {"service": name, "username": "record", "application": "bench"}
        _ = self._collection.create_item(name, attributes, self._secret, replace=True)
        for _ in range(2):
            (item,) = self._collection.search_items(attributes)
            assert item.get_secret() == self._secret

    def close(self) -> None:
        self._connection.close()


def _cost(name: str, adds: dict[int, Add], samples: int) -> Cost:
    """Add in turns, so that whatever else the machine does falls on both."""
    few, many = adds
    pairs = [(_timed(adds[few], n), _timed(adds[many], n)) for n in range(samples)]
    middle = (median(pair[0] for pair in pairs), median(pair[1] for pair in pairs))
    return Cost(name, few + 1, many + 1, *middle)


def _timed(add: Add, number: int) -> float:
    """Microseconds."""
    begun = time.perf_counter()
    _ = add(number)
    return (time.perf_counter() - begun) * 1e6


@contextmanager
def environment(env: dict[str, str]) -> Generator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
