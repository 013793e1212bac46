"""Another process that acts while X is asked, for tests that look at what becomes of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services import oauth2_ground
from tests.services.ground import NOON, Ground
from tests.support.meanwhile import Meanwhile
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.diagnosis import DiagnosedError, ProblemKind
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.domain.secret import Secret
from twauth_gui.services.apps import Given
from twauth_gui.services.kit import Services

LATER = NOON + timedelta(hours=3)
OTHER_KEYS = AppKeys(Secret("another-key"), Secret("another-secret"))
OTHER = Credentials(Secret("7001-another"), Secret("another-secret"))
OTHER_PAIR = TokenSet(Secret("another-access"), Secret("another-refresh"), LATER, ("users.read",))

Act = Callable[[Services], object]


@pytest.fixture
def sandbox() -> Iterator[Meanwhile]:
    with Meanwhile() as running:
        yield running


class Rival:
    """Another process, which acts while X is asked for a path."""

    def __init__(self, ground: Ground, sandbox: Meanwhile) -> None:
        self._sandbox = sandbox
        self._kit = ground.open_again()

    def when(self, path: str, act: Act) -> None:
        self._sandbox.when_asked(path, lambda: act(self._kit))

    def close(self) -> None:
        assert self._sandbox.done, "X was not asked for that"
        self._kit.close()


@pytest.fixture
def rival(ground: Ground, sandbox: Meanwhile) -> Iterator[Rival]:
    other = Rival(ground, sandbox)
    yield other
    other.close()


@pytest.fixture
def app(ground: Ground) -> App:
    return oauth2_ground.add_app(ground)


def other_keys(app: App, keys: AppKeys = OTHER_KEYS) -> Act:
    """Replace the app's keys, as twauth app add --replace does."""

    def act(kit: Services) -> object:
        return kit.apps.replace(app.id, replace(kit.apps.draft(app.id), keys=keys), _NOTHING_ELSE)

    return act


_NOTHING_ELSE = Given(callbacks=False, hosts=False)


def signed_in_again(account: Account) -> Act:
    return lambda kit: kit.store.accounts.replace_credentials(account, OTHER)


def told(work: Callable[[], object]) -> ProblemKind:
    with pytest.raises(DiagnosedError) as error:
        work()
    return error.value.diagnosis.kind
