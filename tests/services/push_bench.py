"""Services with accounts whose values are easy to find, a PATH of imitations, and a home."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.sample_records import APP, NOON, make_account
from tests.support.secret_search import search_files
from tests.support.vaults import MemoryVault
from tests.support.vendors import VendorCall, Vendors
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.push_plan import PushAction, PushOutcome, PushPlan, PushReport
from twauth_gui.store.vault import Vault

if TYPE_CHECKING:
    import pytest

KEYS = AppKeys(Secret("kEy" + "Q7" * 11), Secret("aPiSecret" + "w3X" * 14))
TARGETS: Mapping[str, Mapping[str, str]] = {
    "github-actions": {"repo": "acme/bots", "environment": "live"},
    "env-on-server": {"host": "vps", "path": "~/my bots/news.env"},
    "cloudflare-workers": {"worker": "news"},
    "gcp-secret-manager": {"secret": "{handle}", "project": "acme-bots"},
    "aws-secretsmanager": {"secret": "bots/{handle}", "region": "eu-central-1"},
    "aws-ssm": {"path": "/bots/{handle}"},
    "fly": {"app": "news"},
    "railway": {"project": "p", "service": "news bot", "environment": "live"},
    "vercel": {"project": "news", "environment": "production", "team": "acme"},
    "supabase": {"project": "abcdefghijklmnopqrst"},
    "firebase-functions": {"project": "acme-bots"},
    "kubernetes": {"secret": "{handle}", "namespace": "bots"},
    "docker": {"prefix": "{handle}."},
    "podman": {},
    "openbao": {"mount": "secret", "path": "bots/{handle}"},
    "pass": {"folder": "bots/{handle}"},
    "systemd-creds": {"folder": "HOME/credstore"},
    "systemd-creds-on-server": {"host": "root@vps", "folder": "HOME/remote-credstore"},
}
"""A target for each destination but vault, which is openbao with another program."""


def make_credentials(number: int) -> Credentials:
    """Return credentials that no other number has."""
    return Credentials(
        Secret(f"{7000 + number}-" + f"tOk{number}" * 10),
        Secret(f"sEc{number}" * 11),
    )


@dataclass
class PushBench:
    """One installation, its vendors, and a push as a person makes it."""

    services: Services
    vendors: Vendors
    home: Path
    account: Account
    vault: Vault

    def add_account(self, number: int, handle: str) -> Account:
        return self.services.store.accounts.add(
            make_account(number, user_id=str(7000 + number), handle=handle),
            make_credentials(number),
        )

    def renew(self, account: Account, number: int) -> None:
        """Sign in again: another secret, the same token."""
        accounts = self.services.store.accounts
        old = accounts.read_credentials(account.id)
        fresh = replace(old, access_secret=make_credentials(number).access_secret)
        accounts.replace_credentials(accounts.get(account.id), fresh)

    def plan(
        self,
        destination: str = "github-actions",
        target: Mapping[str, str] | None = None,
        accounts: Sequence[Account] = (),
        preset: str = "",
        **options: Any,
    ) -> PushPlan:
        chosen = TARGETS[destination] if target is None else target
        home = {name: text.replace("HOME", str(self.home)) for name, text in chosen.items()}
        ids = [one.id for one in accounts or [self.account]]
        return self.services.push.plan(ids, destination, home, preset, **options)

    def push(self, *names: Any, take: Sequence[str] = (), **more: Any) -> PushReport:
        """Plan and apply; names: as plan() takes them."""
        plan = self.plan(*names, **more)
        return self.services.push.apply(plan, plan.find_rows(take))

    def take_writes(self) -> list[VendorCall]:
        """Return the calls since the last time that were given something."""
        return [call for call in self.vendors.take_calls() if call.stdin]

    def list_values(self) -> list[str]:
        """Return every value that must be nowhere but on a standard input."""
        found = [KEYS.api_key, KEYS.api_secret]
        for number in range(9):
            one = make_credentials(number)
            found += [one.access_token, one.access_secret]
        return [secret.reveal() for secret in found]

    def require_clean(self, calls: Sequence[VendorCall]) -> None:
        """Fail if a call, or a file that is left, has a value anywhere but on standard input."""
        values = self.list_values()
        assert calls
        for call in calls:
            seen = {**call.seen, "stdin": ""}
            assert not [one for one in values if one in str(seen)], call.line
            assert seen["files"] == [], "its folder is empty"
            assert not Path(seen["folder"]).exists(), "and gone afterwards"
            assert set(seen["descriptors"]) == {0, 1, 2}
            assert seen["leads"] or call.seen["tool"] == "systemd-creds", "a group of its own"
            assert not seen["terminal"]
            assert "TWAUTH_" not in seen["environ"]
        assert not search_files(values, [self.home])


def actions(plan: PushPlan) -> dict[str, PushAction]:
    return {row.name: row.action for row in plan.rows}


def outcomes(report: PushReport) -> dict[str, PushOutcome]:
    return {one.row.name: one.outcome for one in report.results}


def open_bench(
    folder: Path, monkeypatch: pytest.MonkeyPatch, vault: Vault | None = None
) -> PushBench:
    """Make an installation with one account, and let PATH lead to the imitations alone."""
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    vendors = Vendors(folder / "vendors")
    for name, text in (
        ("PATH", str(vendors.bin)),
        ("HOME", str(home)),
        ("TMPDIR", str(home)),
        ("PASSWORD_STORE_DIR", str(home / "store")),
        ("TWAUTH_PASSPHRASE", "something"),
    ):
        monkeypatch.setenv(name, text)
    monkeypatch.setattr("tempfile.tempdir", None)  # it remembers an earlier TMPDIR
    vault = vault or MemoryVault()
    services = open_services(AppPaths(home / "data"), vault, _Clock())
    services.store.apps.add(APP, KEYS)
    account = services.store.accounts.add(make_account(), make_credentials(1))
    return PushBench(services, vendors, home, account, vault)


class _Clock:
    """A clock that goes on by a second each time."""

    def __init__(self) -> None:
        self._now = NOON

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z" and os.getpid() != pid
