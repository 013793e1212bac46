"""The services over a store in a folder, a vault in memory and a running sandbox."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.support.sandbox_app import send_request
from tests.support.sandbox_browser import (
    SandboxBrowser,
    approve_for_response,
    approve_sign_in,
    reveal,
)
from tests.support.vaults import MemoryVault
from twauth_gui.domain.access import DEFAULT_SCOPES
from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.callback_response import OAuth2Response, parse_oauth2_response
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import NetworkSettings
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    NullProgress,
    SignInRequest,
    SignInResult,
)

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def demo_app_keys(sandbox: Sandbox) -> AppKeys:
    return AppKeys(Secret(sandbox.demo_app.api_key), Secret(sandbox.demo_app.api_secret))


@dataclass
class Installation:
    """One installation: start() opens it again as another process would."""

    paths: AppPaths
    vault: MemoryVault
    sandbox: Sandbox
    services: Services
    now: Callable[[], datetime] = lambda: NOON

    @classmethod
    def create(
        cls, folder: Path, sandbox: Sandbox, now: Callable[[], datetime] = lambda: NOON
    ) -> Installation:
        places, vault = AppPaths(folder), MemoryVault()
        return cls(places, vault, sandbox, open_services(places, vault, now), now)

    def restart(self) -> None:
        """Close it, and open it again with nothing but what was kept."""
        self.services.close()
        self.services = open_services(self.paths, self.vault, self.now)

    def open_second(self) -> Services:
        """Open it beside this one, as another process does."""
        return open_services(self.paths, self.vault, lambda: NOON)

    def draft(self, label: str = "Newsroom", callback: str | None = None) -> AppDraft:
        callback = callback or self.sandbox.demo_app.callbacks[0]
        return AppDraft(
            label, demo_app_keys(self.sandbox), callback, Hosts.from_api_url(self.sandbox.url)
        )

    def add_app(self, label: str = "Newsroom", callback: str | None = None) -> App:
        return self.services.apps.add(self.draft(label, callback))

    def sign_in(self, app: App, handle: str = "fernwick_news") -> Account:
        """The whole way with a PIN."""
        request = SignInRequest(app.id, SignInMethod.PIN, handle)
        link = self.services.sign_in.begin(request, NullProgress())
        answer = approve_for_response(link, handle)
        outcome = self.services.sign_in.complete(link.pending.id, answer, NullProgress())
        assert isinstance(outcome, CompletedSignIn)
        return outcome.account

    def access_token(self, account: Account) -> str:
        """The access token of OAuth 1.0a that is kept."""
        return reveal(self.services.store.accounts.read_credentials(account.id).access_token)


OAUTH2_HANDLE = "fernwick_news"


def demo_app_keys_with_oauth2(sandbox: Sandbox) -> AppKeys:
    """The demo app's keys; a Native App has no client secret."""
    demo = sandbox.demo_app
    public = sandbox.settings.app_type == "native"
    return AppKeys(
        Secret(demo.api_key),
        Secret(demo.api_secret),
        client_id=Secret(demo.client_id),
        client_secret=None if public else Secret(demo.client_secret),
    )


def add_oauth2_app(installation: Installation) -> App:
    callback = f"http://127.0.0.1:{find_free_port()}/callback"
    installation.sandbox.change_settings(callbacks=(callback,))
    draft = installation.draft(callback=callback)
    return installation.services.apps.add(
        replace(draft, keys=demo_app_keys_with_oauth2(installation.sandbox))
    )


def make_oauth2_request(
    app: App,
    expected: str = "",
    scopes: tuple[str, ...] = DEFAULT_SCOPES,
    method: SignInMethod = SignInMethod.ADDRESS,
) -> SignInRequest:
    return SignInRequest(app.id, method, expected, kind=CredentialKind.OAUTH2, scopes=scopes)


def begin_oauth2(installation: Installation, request: SignInRequest) -> AuthorizationLink:
    return installation.services.sign_in.begin(request, NullProgress())


def approve_oauth2(link: AuthorizationLink, handle: str = OAUTH2_HANDLE) -> str:
    """Allow the app; gives the address that the browser was sent to."""
    return approve_sign_in(link.url.reveal(), handle).redirect_url


def deny_oauth2(link: AuthorizationLink) -> OAuth2Response:
    person = SandboxBrowser()
    person.open(link.url.reveal())
    person.log_in(OAUTH2_HANDLE)
    person.press("Cancel")
    return parse_oauth2_response(person.redirect_url)


def complete_oauth2(
    installation: Installation, link: AuthorizationLink, handle: str = OAUTH2_HANDLE
) -> SignInResult:
    answer = parse_oauth2_response(approve_oauth2(link, handle))
    return installation.services.sign_in.complete(link.pending.id, answer, NullProgress())


def sign_in_oauth2(
    installation: Installation, app: App, scopes: tuple[str, ...] = DEFAULT_SCOPES
) -> Account:
    outcome = complete_oauth2(
        installation, begin_oauth2(installation, make_oauth2_request(app, OAUTH2_HANDLE, scopes))
    )
    assert isinstance(outcome, CompletedSignIn)
    return outcome.account


def is_token_accepted(installation: Installation, access: Secret) -> bool:
    """Whether the sandbox takes an access token."""
    headers = {"Authorization": f"Bearer {access.reveal()}"}
    answer = send_request("GET", f"{installation.sandbox.url}/2/users/me", headers=headers)
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


def export_to_file(
    services: Services, account_ids: Sequence[AccountId], preset: str, path: Path
) -> None:
    """Export to one file as the window does; one that is there is replaced."""
    plan = services.export_files.plan(account_ids, preset, path, merge=False)
    _ = services.export_files.write(plan)


def list_item_kinds(installation: Installation) -> list[str]:
    """Name the kinds of items in the keychain."""
    return sorted({name.split("/")[1] for name in installation.vault.items})


def make_unreachable(installation: Installation, app: App) -> None:
    """Point the app at a host elsewhere, behind a proxy that does not answer."""
    draft = replace(
        installation.services.apps.read_draft(app.id), hosts=Hosts.from_api_url("https://x.example")
    )
    installation.services.apps.update(app.id, draft)
    installation.services.network_settings.save(
        NetworkSettings(proxy=f"http://127.0.0.1:{find_free_port()}")
    )


TWURL_HANDLES = ("fernwick_news", "marsh_weather")


def sign_in_elsewhere(folder: Path, sandbox: Sandbox) -> dict[str, tuple[str, ...]]:
    """Sign two accounts in; return API key, API secret, token, token secret of each."""
    other = Installation.create(folder, sandbox)
    app = other.add_app()
    keys = other.services.store.apps.read_keys(app.id)
    values: dict[str, tuple[str, ...]] = {}
    for handle in TWURL_HANDLES:
        credentials = other.services.store.accounts.read_credentials(other.sign_in(app, handle).id)
        secrets = (
            keys.api_key,
            keys.api_secret,
            credentials.access_token,
            credentials.access_secret,
        )
        values[handle] = tuple(secret.reveal() for secret in secrets)
    other.services.close()
    return values


def write_twurlrc(path: Path, values: dict[str, tuple[str, ...]]) -> Path:
    names = ("consumer_key", "consumer_secret", "token", "secret")
    lines = ["profiles:"]
    for handle, four in values.items():
        lines += [f"  {handle}:", f"    {four[0]}:", f"      username: {handle}"]
        lines += [f"      {name}: {value}" for name, value in zip(names, four, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path
