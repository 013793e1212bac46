"""Test the parts of an installed program that need no window."""

from __future__ import annotations

import re
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from base64 import b64encode
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookiejar import CookieJar

from typing_extensions import override

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.callback_response import VerifierResponse, parse_oauth1_response
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.hosts import Hosts
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.container import Services
from twauth_gui.services.licences import (
    find_licence_folder,
    list_licensed_works,
    read_licence_text,
)
from twauth_gui.services.sign_in_requests import CompletedSignIn, NullProgress, SignInRequest
from twauth_gui.store.vault import ItemKind, Vault, service_name

HANDLE = "fernwick_news"
_SECONDS = 10.0  # for one answer of a server on this computer
_PIN = re.compile(r"<kbd[^>]*><code>([^<]+)</code></kbd>")


class SelfTestError(Exception):
    """A part does not do its job; the message is a sentence."""


class UnexpectedPageError(Exception):
    """The pages are not the expected ones; the message is a sentence."""


@dataclass
class _Form:
    path: str
    fields: dict[str, str] = field(default_factory=dict[str, str])


class _FormParser(HTMLParser):
    """Reads what a page's forms would send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(_Form(has.get("action", "")))
        elif tag == "input" and self.found:
            self.found[-1].fields[has.get("name", "")] = has.get("value", "")


class SandboxBrowser:
    """One browser without a window; it reaches this computer only, past any proxy."""

    def __init__(self) -> None:
        self._browser = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self._url = ""

    def read(self, url: str) -> str:
        """Open a page and return its text.

        Raises:
            UnexpectedPageError: it answers with a failure, or not at all.
        """
        return self._open(url, None)

    def approve(self, url: str, handle: str) -> str:
        """Log in with the handle, allow the app, and return the PIN that the last page shows.

        Raises:
            UnexpectedPageError: a page is not the expected one.
        """
        page = self._open(url, None)
        page = self._submit(page, "log_in", handle=handle, password="any")  # noqa: S106 - taken as is
        found = _PIN.search(self._submit(page, "allow"))
        if found is None:
            raise UnexpectedPageError("The last page of the sign-in shows no PIN.")
        return unescape(found.group(1))

    def _submit(self, page: str, action: str, **filled: str) -> str:
        forms = _FormParser(page).found
        form = next((one for one in forms if one.fields.get("action") == action), None)
        if form is None:
            raise UnexpectedPageError(f'A page of the sign-in lacks the form "{action}".')
        data = urllib.parse.urlencode({**form.fields, **filled}).encode()
        return self._open(urllib.parse.urljoin(self._url, form.path), data)

    def _open(self, url: str, data: bytes | None) -> str:
        try:
            with self._browser.open(url, data, _SECONDS) as answer:
                self._url = str(answer.url)
                return bytes(answer.read()).decode()
        except urllib.error.HTTPError as error:
            error.close()
            raise UnexpectedPageError(f"A page answers with status {error.code}.") from error
        except OSError as error:
            raise UnexpectedPageError(f"A page does not answer: {type(error).__name__}.") from error


def check_keychain(vault: Vault) -> str:
    """Write, read and delete an item of its own; return the keychain's name.

    Raises:
        SelfTestError: it gives back something else.
        DiagnosedError: it refuses.
    """
    service = f"twauth/trial/{uuid.uuid4().hex}/1"
    value = Secret(secrets.token_urlsafe())
    vault.write(service, value)
    try:
        stored = vault.read(service)
    finally:
        vault.delete(service)
    if stored != value:
        raise SelfTestError(f"{vault.name} gave back something else than it was given.")
    if vault.read(service) is not None:
        raise SelfTestError(f"{vault.name} still has an item that was deleted.")
    return vault.name


def check_listener() -> str:
    """Receive a browser's return on this computer; return the address it came to.

    Raises:
        SelfTestError: another answer arrived than the one that was sent.
        DiagnosedError: it cannot listen, or nothing arrives.
    """
    from twauth_gui.xapi.callback_listener import CallbackListener  # noqa: PLC0415 - only when tried

    token, verifier = secrets.token_urlsafe(), secrets.token_urlsafe()
    with CallbackListener("http://127.0.0.1:0/callback", Secret(token)) as listener:
        url = listener.callback_url
        _ = SandboxBrowser().read(f"{url}?oauth_token={token}&oauth_verifier={verifier}")
        answer = listener.wait_for_verifier(CancelToken(), _SECONDS)
    if not isinstance(answer, VerifierResponse) or answer.verifier != Secret(verifier):
        raise SelfTestError("The listener took another answer than the one that was sent.")
    return url


def check_sign_in(services: Services, sandbox: Sandbox) -> Account:
    """Sign an account in with a PIN, then check it.

    Raises:
        SelfTestError: another account came out, or it does not work.
        UnexpectedPageError: the sign-in's pages are not the expected ones.
        DiagnosedError: the sandbox or the keychain refuses.
    """
    demo = sandbox.demo_app
    keys = AppKeys(Secret(demo.api_key), Secret(demo.api_secret))
    hosts = Hosts.from_api_url(sandbox.url)
    app = services.apps.add(AppDraft("Self test", keys, demo.callbacks[0], hosts))
    link = services.sign_in.begin(SignInRequest(app.id, SignInMethod.PIN, HANDLE), NullProgress())
    pin = SandboxBrowser().approve(link.url.reveal(), HANDLE)
    outcome = services.sign_in.complete(link.pending.id, parse_oauth1_response(pin), NullProgress())
    if not isinstance(outcome, CompletedSignIn):
        raise SelfTestError("Another account signed in than the expected one.")
    checked = services.checker.check(outcome.account.id, CancelToken())
    if checked.diagnosis is not None:
        raise SelfTestError(checked.diagnosis.to_sentence())
    return checked.account


def check_export(services: Services) -> str:
    """Render every account with every preset for OAuth 1.0a; return how many there are.

    Raises:
        SelfTestError: there is no account, or an export lacks its token.
        DiagnosedError: the keychain refuses.
    """
    from twauth_gui.transfer.preset_catalog import builtin_presets  # noqa: PLC0415 - only when tried

    accounts = services.store.accounts.list_all()
    if not accounts:
        raise SelfTestError("There is no account to export.")
    presets = [
        one
        for one in builtin_presets()
        if one.needs_oauth1 and one.syntax.has_values and not one.makes_folder(1)
    ]
    for account in accounts:
        token = services.store.accounts.read_credentials(account.id).access_token.reveal()
        for one in presets:
            text = services.exporter.render_text([account.id], one.id).reveal()
            if token not in text and b64encode(token.encode()).decode() not in text:
                raise SelfTestError(f"An export with {one.title} lacks the access token.")
    return f"{len(presets)} presets"


def check_licences() -> str:
    """Read the licence of everything that the program consists of; return how many there are.

    Raises:
        SelfTestError: a bundle came without its folder of licences, or without one of them.
        OSError: a text cannot be read.
    """
    folder = find_licence_folder()
    if folder is None and getattr(sys, "frozen", False):
        raise SelfTestError("The folder of licences is missing.")
    works = list_licensed_works(folder)
    for work in works:
        read_licence_text(work)
        if folder is not None and not work.texts:
            raise SelfTestError(f"The licence of {work.name} has no text.")
    return f"{len(works)} parts"


def remove_test_data(services: Services) -> str:
    """Take everything out of the store again; return how many keychain items are gone.

    Raises:
        SelfTestError: the keychain still has one of the items.
        DiagnosedError: the keychain refuses.
    """
    store = services.store
    items = _vault_items(services)
    for pending in store.pending_sign_ins.list_all():
        store.pending_sign_ins.discard(pending.id)
    for account in store.accounts.list_all():
        services.account_removal.remove(account.id)
        services.account_removal.purge(account.id)
    for app in store.apps.list_all():
        services.apps.remove(app.id)
    remaining = [service for service in items if store.vault.read(service) is not None]
    if remaining:
        raise SelfTestError(f"{store.vault.name} still has {', '.join(remaining)}.")
    return f"{len(items)} keychain items removed"


def _vault_items(services: Services) -> list[str]:
    store = services.store
    return [
        *(service_name(ItemKind.APP, one.id, one.generation) for one in store.apps.list_all()),
        *(
            service_name(ItemKind.ACCOUNT, one.id, one.generation)
            for one in store.accounts.list_all()
        ),
        *(
            service_name(ItemKind.PENDING_SIGN_IN, one.id, one.generation)
            for one in store.pending_sign_ins.list_all()
        ),
    ]
