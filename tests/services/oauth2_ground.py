"""The services with an app that has a client id, and somebody who approves on its page."""

from __future__ import annotations

from dataclasses import replace

from tests.sandbox.bot import fetch
from tests.sandbox.person import Person
from tests.services.approving import allow
from tests.services.ground import Ground, free_port
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.code_answer import OAuth2Response, parse_oauth2_response
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.network import NetworkSettings
from twauth_gui.domain.scopes import USUAL
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.requests import Outcome, SignedIn, SignInRequest
from twauth_gui.services.watch import AuthorizationLink, NullProgress

HANDLE = "fernwick_news"


def keys_of(sandbox: Sandbox) -> AppKeys:
    """The demo app's keys; a Native App has no client secret."""
    demo = sandbox.demo_app
    public = sandbox.settings.app_type == "native"
    return AppKeys(
        Secret(demo.api_key),
        Secret(demo.api_secret),
        client_id=Secret(demo.client_id),
        client_secret=None if public else Secret(demo.client_secret),
    )


def add_app(ground: Ground) -> App:
    callback = f"http://127.0.0.1:{free_port()}/callback"
    ground.sandbox.change(callbacks=(callback,))
    draft = ground.draft(callback=callback)
    return ground.kit.apps.add(replace(draft, keys=keys_of(ground.sandbox)))


def asking(
    app: App,
    expected: str = "",
    scopes: tuple[str, ...] = USUAL,
    method: SignInMethod = SignInMethod.ADDRESS,
) -> SignInRequest:
    return SignInRequest(app.id, method, expected, kind=CredentialKind.OAUTH2, scopes=scopes)


def begin(ground: Ground, request: SignInRequest) -> AuthorizationLink:
    return ground.kit.sign_in.begin(request, NullProgress())


def approve(invitation: AuthorizationLink, handle: str = HANDLE) -> str:
    """Allow the app; gives the address that the browser was sent to."""
    return allow(invitation.url.reveal(), handle).sent_to


def cancel_on_page(invitation: AuthorizationLink) -> OAuth2Response:
    person = Person()
    person.open(invitation.url.reveal())
    person.log_in(HANDLE)
    person.press("Cancel")
    return parse_oauth2_response(person.sent_to)


def complete(ground: Ground, invitation: AuthorizationLink, handle: str = HANDLE) -> Outcome:
    answer = parse_oauth2_response(approve(invitation, handle))
    return ground.kit.sign_in.complete(invitation.attempt.id, answer, NullProgress())


def sign_in(ground: Ground, app: App, scopes: tuple[str, ...] = USUAL) -> Account:
    outcome = complete(ground, begin(ground, asking(app, HANDLE, scopes)))
    assert isinstance(outcome, SignedIn)
    return outcome.account


def works(ground: Ground, access: Secret) -> bool:
    """Whether the sandbox takes an access token."""
    headers = {"Authorization": f"Bearer {access.reveal()}"}
    answer = fetch("GET", f"{ground.sandbox.url}/2/users/me", headers=headers)
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


def kept(ground: Ground) -> list[str]:
    """Name the kinds of items in the keychain."""
    return sorted({name.split("/")[1] for name in ground.vault.items})


def move_out_of_reach(ground: Ground, app: App) -> None:
    """Let the app's calls go to a host that is not this computer, and none of them leave it."""
    draft = replace(ground.kit.apps.draft(app.id), hosts=Hosts.at("https://x.example"))
    ground.kit.apps.change(app.id, draft)
    ground.kit.network.change(NetworkSettings(proxy=f"http://127.0.0.1:{free_port()}"))
