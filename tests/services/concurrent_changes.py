"""Another process that changes the store while X is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support import installations
from tests.support.installations import NOON, Installation
from tests.support.sandbox_hooks import HookedSandbox
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.services.apps import ProvidedParts
from twauth_gui.services.container import Services

LATER_TIME = NOON + timedelta(hours=3)
OTHER_KEYS = AppKeys(Secret("another-key"), Secret("another-secret"))
OTHER_CREDENTIALS = Credentials(Secret("7001-another"), Secret("another-secret"))
OTHER_TOKENS = TokenSet(
    Secret("another-access"), Secret("another-refresh"), LATER_TIME, ("users.read",)
)

Act = Callable[[Services], object]


@pytest.fixture
def sandbox() -> Iterator[HookedSandbox]:
    with HookedSandbox() as running:
        yield running


class OtherProcess:
    """Another process, which changes the store during a request for a path."""

    def __init__(self, installation: Installation, sandbox: HookedSandbox) -> None:
        self._sandbox = sandbox
        self._services = installation.open_second()

    def on_request(self, path: str, act: Act) -> None:
        self._sandbox.on_request(path, lambda: act(self._services))

    def close(self) -> None:
        assert self._sandbox.is_done, "X was not asked for that"
        self._services.close()


@pytest.fixture
def other_process(installation: Installation, sandbox: HookedSandbox) -> Iterator[OtherProcess]:
    other = OtherProcess(installation, sandbox)
    yield other
    other.close()


@pytest.fixture
def app(installation: Installation) -> App:
    return installations.add_oauth2_app(installation)


def replace_keys(app: App, keys: AppKeys = OTHER_KEYS) -> Act:
    """Replace the app's keys, as twauth app add --replace does."""

    def act(services: Services) -> object:
        return services.apps.replace(
            app.id, replace(services.apps.read_draft(app.id), keys=keys), _ONLY_KEYS
        )

    return act


_ONLY_KEYS = ProvidedParts(callbacks=False, hosts=False)


def replace_credentials(account: Account) -> Act:
    return lambda services: services.store.accounts.replace_credentials(account, OTHER_CREDENTIALS)


def diagnose_kind(work: Callable[[], object]) -> ProblemKind:
    with pytest.raises(DiagnosedError) as error:
        work()
    return error.value.diagnosis.kind
