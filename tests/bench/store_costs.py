"""Measure what an account costs the store: listing, lookup and adding, at two sizes.

GNOME Keyring saves everything with every single item, so that creating 10,000 takes an hour. It
also reads keyrings in plain text: one is written at once, and put under a password before use.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import secretstorage
from secretstorage.util import DBusAddressWrapper, format_secret, open_session
from typing_extensions import override

from tests.bench.comparison import Comparison, take_pairs
from tests.support.keychain import SecretService
from tests.support.sample_index import fill_index, invent_account
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.secret import Secret
from twauth_gui.services.container import utc_now
from twauth_gui.store.deadline_vault import DeadlineVault
from twauth_gui.store.file_vault import FileVault
from twauth_gui.store.keychain import open_system_vault
from twauth_gui.store.records import encode
from twauth_gui.store.store import Store
from twauth_gui.store.vault import Vault
from twauth_gui.store.vault_selection import FILE_VAULT_FILE_NAME

_TOPIC = "What an account costs among many"
_FLAT_AIM = 1.5


def measure_listing(folder: Path, few: int, many: int, runs: int) -> list[Comparison]:
    """Measure at both sizes in turns: listing everything, and looking one account up."""
    stores = {size: _open_filled_store(folder / f"listing-{size}", size) for size in (few, many)}
    operations: dict[str, Callable[[int], float]] = {
        "list all accounts, per account": lambda size: (
            _time_operation(stores[size].accounts.list_all) / size
        ),
        "look one account up": lambda size: _look_up(stores[size], size),
    }
    costs = [
        Comparison(
            _TOPIC,
            f"{name}, among {many:,}",
            f"the same among {few:,}",
            take_pairs(partial(operation, many), partial(operation, few), runs),
            unit="µs",
            aim=_FLAT_AIM,
        )
        for name, operation in operations.items()
    ]
    for store in stores.values():
        store.close()
    return costs


def _open_filled_store(directory: Path, accounts: int) -> Store:
    fill_index(directory, accounts)
    return Store.open(directory, MemoryVault(), now=lambda: datetime.now(UTC))


def _look_up(store: Store, size: int) -> float:
    account = store.accounts.list_all()[size // 2]
    return _time_operation(lambda: [store.accounts.get(account.id) for _ in range(50)]) / 50


def _time_operation(operation: Callable[[], object]) -> float:
    """Return the seconds that it takes."""
    started = time.perf_counter()
    _ = operation()
    return time.perf_counter() - started


_HEAD = """[keyring]
display-name=login
ctime=1700000000
mtime=1700000000
lock-on-idle=false
lock-after=false
"""
_ITEM = """
[{number}]
item-type=0
display-name={service}
secret={secret}
ctime=1700000000
mtime=1700000000
"""
_ATTRIBUTE = """
[{number}:attribute{place}]
name={name}
type=string
value={value}
"""


class FilledSecretService(SecretService):
    """Its keyring has so many items of other programs before anything is added.

    Args:
        directory: as of any SecretService; nothing is in it yet.
        items: how many.
        secret: what each of them holds.
    """

    def __init__(self, directory: Path, items: int, secret: str) -> None:
        super().__init__(directory)
        rings = directory / "data" / "keyrings"
        rings.mkdir(mode=0o700, parents=True)
        sections = (_format_item(number, secret) for number in range(1, items + 1))
        (rings / "login.keyring").write_text(_HEAD + "".join(sections), encoding="utf-8")
        (rings / "default").write_text("login", encoding="utf-8")

    @override
    def start(self, *, unlocked: bool = True) -> None:
        """Start the keychain, and seal what lies there in plain text."""
        super().start(unlocked=False)
        with self._connection() as connection:
            session = open_session(connection)
            old, new = (
                format_secret(session, word.encode(), "text/plain") for word in ("", self.password)
            )
            DBusAddressWrapper(
                "/org/freedesktop/secrets",
                "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
                connection,
            ).call(
                "ChangeWithMasterPassword",
                "o(oayays)(oayays)",
                "/org/freedesktop/secrets/collection/login",
                old,
                new,
            )
        if unlocked:
            self.unlock()


def _format_item(number: int, secret: str) -> str:
    service = f"filled-{number}"
    attributes = {"application": "bench", "service": service, "username": "record"}
    return _ITEM.format(number=number, service=service, secret=secret) + "".join(
        _ATTRIBUTE.format(number=number, place=place, name=name, value=value)
        for place, (name, value) in enumerate(attributes.items())
    )


FEW_ACCOUNTS = 9
PASSPHRASE = Secret("bench")
CREDENTIALS = Credentials(Secret("7000000000-" + "a" * 39), Secret("s" * 45))

Add = Callable[[int], object]
T = TypeVar("T")


def measure_adding(folder: Path, many: int, in_service: int, samples: int) -> list[Comparison]:
    """Measure the index alone, the encrypted file, and our share of the Secret Service."""
    memory = {size: MemoryVault() for size in (FEW_ACCOUNTS, many)}
    with (
        _open_stores(folder / "index", memory) as indexes,
        _open_file_stores(folder / "file", (FEW_ACCOUNTS, many)) as files,
    ):
        costs = [
            _compare_adding("add one to the index", indexes, samples),
            _compare_adding("add one to the encrypted file", files, samples),
        ]
    return [*costs, *_measure_service(folder / "service", in_service, samples)]


def fill_file_vault(folder: Path, size: int) -> FileVault:
    """Return an unlocked encrypted file with the credentials of this many accounts."""
    folder.mkdir(parents=True, exist_ok=True)
    vault = FileVault(folder / FILE_VAULT_FILE_NAME, lambda: PASSPHRASE)
    vault.create(PASSPHRASE)
    record = encode(CREDENTIALS)
    vault.write_all({f"twauth/account/account{n}/1": record for n in range(size)})
    return vault


@contextmanager
def _open_stores(folder: Path, vaults: Mapping[int, Vault]) -> Generator[dict[int, Add]]:
    """Open a store of each size; each gives a function that adds one more account."""
    adds: dict[int, Add] = {}
    stores: list[Store] = []
    for size, vault in vaults.items():
        fill_index(folder / str(size), size)
        store = Store.open(folder / str(size), vault, now=utc_now)
        stores.append(store)
        adds[size] = _make_adder(store, size)
    yield adds
    for store in stores:
        store.close()


def _make_adder(store: Store, size: int) -> Add:
    app = store.apps.list_all()[0].id if store.apps.list_all() else AppId("app0")
    return lambda number: store.accounts.add(
        replace(invent_account(size + number), app_id=app), CREDENTIALS
    )


@contextmanager
def _open_file_stores(folder: Path, sizes: tuple[int, ...]) -> Generator[dict[int, Add]]:
    vaults: dict[int, Vault] = {size: fill_file_vault(folder / str(size), size) for size in sizes}
    with _open_stores(folder, vaults) as adds:
        yield adds


def _measure_service(folder: Path, many: int, samples: int) -> list[Comparison]:
    """Measure bare secretstorage beside the store, because the keychain's own cost grows too.

    The two are measured in turns, because a large keyring's saving keeps the disk busy for a while
    after its answer: alone beside it, our own saving would seem to grow.
    """
    with ExitStack() as stack:
        few, large = (
            stack.enter_context(_open_in_service(folder / str(size), size))
            for size in (FEW_ACCOUNTS, many)
        )
        found = [(few(number), large(number)) for number in range(samples)]
    return [
        Comparison(
            _TOPIC,
            f"add one to a Secret Service with {many:,} items",
            "bare secretstorage: create an item, read it twice",
            [(with_us, bare) for _, (bare, with_us, _) in found],
            unit="ms",
        ),
        Comparison(
            _TOPIC,
            f"the store's own share of that, with {many:,} items",
            f"the same with {FEW_ACCOUNTS + 1} items",
            [(large[2], few[2]) for few, large in found],
            unit="ms",
            aim=_FLAT_AIM,
        ),
    ]


@contextmanager
def _open_in_service(
    folder: Path, size: int
) -> Generator[Callable[[int], tuple[float, float, float]]]:
    """Provide what adds one item bare and one through the store; it returns both times.

    The third number is the store's time without the keychain's.
    """
    record = encode(CREDENTIALS).reveal()
    inside = _TimedVault()
    vault = DeadlineVault(lambda: inside.wrap(open_system_vault("linux")))
    with FilledSecretService(folder / "keychain", size, record) as service, ExitStack() as stack:
        with replace_environment(service.env):
            bare = stack.enter_context(closing(_BareSecretStorage(record)))
            adds = stack.enter_context(_open_stores(folder, {size: vault}))

        def add(number: int) -> tuple[float, float, float]:
            with replace_environment(service.env):
                theirs = _time_add(bare.add, number)
                _ = inside.take_spent()
                ours = _time_add(adds[size], number)
            return theirs, ours, ours - inside.take_spent()

        yield add


class _TimedVault:
    """Counts the time spent inside a vault, in seconds."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._inner: Vault

    def wrap(self, inner: Vault) -> Vault:
        self._inner = inner
        return self

    def take_spent(self) -> float:
        """Return the time since the last call."""
        spent, self._spent = self._spent, 0.0
        return spent

    @property
    def name(self) -> str:
        return self._inner.name

    def read(self, service: str) -> Secret | None:
        return self._count(lambda: self._inner.read(service))

    def write(self, service: str, value: Secret) -> None:
        self._count(lambda: self._inner.write(service, value))

    def delete(self, service: str) -> None:
        self._count(lambda: self._inner.delete(service))

    def unlock(self) -> None:
        self._count(self._inner.unlock)

    def probe(self) -> None:
        self._count(self._inner.probe)

    def close(self) -> None:
        self._inner.close()

    def _count(self, operation: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            return operation()
        finally:
            self._spent += time.perf_counter() - started


class _BareSecretStorage:
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


def _compare_adding(name: str, adds: dict[int, Add], samples: int) -> Comparison:
    """Add in turns, so that whatever else the machine does falls on both."""
    few, many = adds
    pairs = [(_time_add(adds[many], n), _time_add(adds[few], n)) for n in range(samples)]
    return Comparison(
        _TOPIC,
        f"{name}, among {many:,}",
        f"the same among {few:,}",
        pairs,
        unit="ms",
        aim=_FLAT_AIM,
    )


def _time_add(add: Add, number: int) -> float:
    return _time_operation(lambda: add(number))


@contextmanager
def replace_environment(env: dict[str, str]) -> Generator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
