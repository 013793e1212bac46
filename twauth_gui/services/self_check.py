"""Trials of the parts of an installed program that need no window."""

from __future__ import annotations

import secrets
import uuid

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.answer import VerifierResponse, parse_oauth1_response
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.cancel import CancelToken
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.kit import Services
from twauth_gui.services.requests import SignedIn, SignInRequest
from twauth_gui.services.trial_person import TrialPerson
from twauth_gui.services.watch import NullProgress
from twauth_gui.store.items import ItemKind, service_name
from twauth_gui.store.vault import Vault

HANDLE = "fernwick_news"
_CALLBACK_SECONDS = 10.0


class CheckFailedError(Exception):
    """A part does not do its job; the message is a sentence."""


def try_keychain(vault: Vault) -> str:
    """Write, read and delete an item of its own; gives the keychain's name.

    Raises:
        CheckFailedError: it gives back something else.
        DiagnosedError: it refuses.
    """
    service = f"twauth/trial/{uuid.uuid4().hex}/1"
    value = Secret(secrets.token_urlsafe())
    vault.write(service, value)
    try:
        kept = vault.read(service)
    finally:
        vault.delete(service)
    if kept != value:
        raise CheckFailedError(f"{vault.name} gave back something else than it was given.")
    if vault.read(service) is not None:
        raise CheckFailedError(f"{vault.name} still has an item that was deleted.")
    return vault.name


def try_listener() -> str:
    """Receive a browser's return on this computer; gives the address.

    Raises:
        CheckFailedError: another answer arrived than the one that was sent.
        DiagnosedError: it cannot listen, or nothing arrives.
    """
    from twauth_gui.xapi.loopback import CallbackListener  # noqa: PLC0415 - only when tried

    token, verifier = secrets.token_urlsafe(), secrets.token_urlsafe()
    with CallbackListener("http://127.0.0.1:0/callback", Secret(token)) as listener:
        url = listener.callback_url
        _ = TrialPerson().read(f"{url}?oauth_token={token}&oauth_verifier={verifier}")
        answer = listener.wait(CancelToken(), _CALLBACK_SECONDS)
    if not isinstance(answer, VerifierResponse) or answer.verifier != Secret(verifier):
        raise CheckFailedError("The listener took another answer than the one that was sent.")
    return url


def try_sign_in(kit: Services, sandbox: Sandbox) -> Account:
    """Sign an account in with a PIN, then check it.

    Raises:
        CheckFailedError: another account came out, or it does not work.
        LostError: the sign-in's pages are not the expected ones.
        DiagnosedError: the sandbox or the keychain refuses.
    """
    demo = sandbox.demo_app
    keys = AppKeys(Secret(demo.api_key), Secret(demo.api_secret))
    hosts = Hosts.at(sandbox.url)
    app = kit.apps.add(AppDraft("Self test", keys, demo.callbacks[0], hosts))
    asked = kit.sign_in.begin(SignInRequest(app.id, SignInMethod.PIN, HANDLE), NullProgress())
    pin = TrialPerson().approve(asked.url.reveal(), HANDLE)
    outcome = kit.sign_in.complete(asked.attempt.id, parse_oauth1_response(pin), NullProgress())
    if not isinstance(outcome, SignedIn):
        raise CheckFailedError("Another account signed in than the expected one.")
    checked = kit.checker.check(outcome.account.id, CancelToken())
    if checked.diagnosis is not None:
        raise CheckFailedError(checked.diagnosis.sentence())
    return checked.account


def try_export(kit: Services) -> str:
    """Render every account in every shape for OAuth 1.0a; gives their number.

    Raises:
        CheckFailedError: there is no account, or a shape lacks its token.
        DiagnosedError: the keychain refuses.
    """
    from twauth_gui.transfer.presets import PRESETS  # noqa: PLC0415 - only when tried

    accounts = kit.store.accounts.all()
    if not accounts:
        raise CheckFailedError("There is no account to export.")
    shapes = [one for one in PRESETS if not one.needs_oauth2]  # nobody signed in with that
    for account in accounts:
        token = kit.store.accounts.credentials(account.id).access_token.reveal()
        for one in shapes:
            if token not in kit.exporter.text([account.id], one.id).reveal():
                raise CheckFailedError(f"The shape {one.title} lacks the access token.")
    return f"{len(shapes)} shapes"


def clean_up(kit: Services) -> str:
    """Take everything out of the store again; gives the number of keychain items looked for.

    Raises:
        CheckFailedError: the keychain still has one of the items.
        DiagnosedError: the keychain refuses.
    """
    store = kit.store
    items = _items(kit)
    for attempt in store.pending_sign_ins.all():
        store.pending_sign_ins.discard(attempt.id)
    for account in store.accounts.all():
        kit.account_removal.remove(account.id)
        kit.account_removal.purge(account.id)
    for app in store.apps.all():
        kit.apps.remove(app.id)
    left = [service for service in items if store.vault.read(service) is not None]
    if left:
        raise CheckFailedError(f"{store.vault.name} still has {', '.join(left)}.")
    return f"{len(items)} keychain items removed"


def _items(kit: Services) -> list[str]:
    store = kit.store
    return [
        *(service_name(ItemKind.APP, one.id, one.generation) for one in store.apps.all()),
        *(service_name(ItemKind.ACCOUNT, one.id, one.generation) for one in store.accounts.all()),
        *(
            service_name(ItemKind.ATTEMPT, one.id, one.generation)
            for one in store.pending_sign_ins.all()
        ),
    ]
