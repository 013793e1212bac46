"""What a test of a command begins with: apps and accounts in its folder and in its keychain.

They are kept by the services in this process, with the real keychain and the sandbox over HTTP, as
the command keeps them: a process for each step would take longer to start and to measure than to
do its work. What is tested of a command is called as one.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.command import approve_link
from twauth_gui.domain.callback_response import parse_oauth1_response, parse_oauth2_response
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.apps import AppDraft
from twauth_gui.services.container import Services, open_services
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    NullProgress,
    SignInRequest,
)
from twauth_gui.services.vault_service import make_keychain_vault

_BUS = "DBUS_SESSION_BUS_ADDRESS"


@contextmanager
def open_prepared(env: Mapping[str, str]) -> Generator[Services]:
    """Open the folder and the keychain of a command's environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_BUS, env[_BUS])
        services = open_services(AppPaths(Path(env["TWAUTH_DATA_DIR"])), make_keychain_vault())
        with closing(services):
            yield services
            services.store.renew_index_copy()  # as each command does that has succeeded


def save_app(env: Mapping[str, str], draft: AppDraft) -> None:
    with open_prepared(env) as services:
        _ = services.apps.add(draft)


def sign_in(
    env: Mapping[str, str], label: str, handle: str, kind: CredentialKind = CredentialKind.OAUTH1
) -> None:
    """Sign an account in under an app: with a PIN, for OAuth 2.0 with the address."""
    is_oauth1 = kind is CredentialKind.OAUTH1
    parse = parse_oauth1_response if is_oauth1 else parse_oauth2_response
    with open_prepared(env) as services:
        method = SignInMethod.PIN if is_oauth1 else SignInMethod.ADDRESS
        link = begin_sign_in(services, label, method, kind)
        response = parse(approve_link(link.url.reveal(), handle))
        result = services.sign_in.complete(link.pending.id, response, NullProgress())
        assert isinstance(result, CompletedSignIn)


def begin_sign_in(
    services: Services,
    label: str,
    method: SignInMethod,
    kind: CredentialKind = CredentialKind.OAUTH1,
) -> AuthorizationLink:
    """Start a sign-in of whoever approves it, and leave it pending."""
    (app,) = (one for one in services.store.apps.list_all() if one.label == label)
    return services.sign_in.begin(SignInRequest(app.id, method, kind=kind), NullProgress())
