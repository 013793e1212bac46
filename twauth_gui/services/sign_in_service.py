"""Sign-ins with either kind of credentials."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from twauth_gui.domain.callback_response import (
    DeniedResponse,
    OAuth1Response,
    OAuth2Response,
    VerifierResponse,
)
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import DiagnosedError, Evidence
from twauth_gui.domain.sign_in import PendingSignInId
from twauth_gui.services.oauth1_flow import OAuth1Flow
from twauth_gui.services.oauth2_flow import OAuth2Flow
from twauth_gui.services.oauth2_tokens import OAuth2TokenService
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    SignInProgress,
    SignInRequest,
    SignInResult,
)
from twauth_gui.services.x_clients import XClients
from twauth_gui.store.errors import NotFoundError
from twauth_gui.store.store import Store
from twauth_gui.xapi.callback_server import CallbackPorts
from twauth_gui.xapi.errors.messages import api_errors


class SignInService:
    """Runs each sign-in with the flow of its kind of credentials.

    Each method does what the one of SignInFlowBase with the same name documents.
    """

    def __init__(
        self,
        store: Store,
        x_clients: XClients,
        tokens: OAuth2TokenService,
        now: Callable[[], datetime],
        *,
        approval_seconds: float,
    ) -> None:
        """approval_seconds: how long to wait for a browser's return."""
        self._store = store
        ports = CallbackPorts(approval_seconds)
        self._oauth1 = OAuth1Flow(store, x_clients, ports, now)
        self._oauth2 = OAuth2Flow(store, x_clients, ports, tokens, now)

    def begin(self, request: SignInRequest, progress: SignInProgress) -> AuthorizationLink:
        self._store.require_writable()
        return self._flow_for(request.kind).begin(request, progress)

    def renew(self, pending_id: PendingSignInId, progress: SignInProgress) -> AuthorizationLink:
        self._store.require_writable()
        return self._flow_of(pending_id).renew(pending_id, progress)

    def get_link(self, pending_id: PendingSignInId) -> AuthorizationLink:
        return self._flow_of(pending_id).get_link(pending_id)

    def run_in_browser(self, request: SignInRequest, progress: SignInProgress) -> SignInResult:
        self._store.require_writable()
        return self._flow_for(request.kind).run_in_browser(request, progress)

    def resume_in_browser(
        self, pending_id: PendingSignInId, progress: SignInProgress
    ) -> SignInResult:
        return self._flow_of(pending_id).resume_in_browser(pending_id, progress)

    def complete(
        self,
        pending_id: PendingSignInId,
        response: OAuth1Response | OAuth2Response,
        progress: SignInProgress,
    ) -> SignInResult:
        if isinstance(response, VerifierResponse | DeniedResponse):
            self._require_flow(pending_id, self._oauth1)
            return self._oauth1.complete(pending_id, response, progress)
        self._require_flow(pending_id, self._oauth2)
        return self._oauth2.complete(pending_id, response, progress)

    def unsent_response(self, pending_id: PendingSignInId) -> OAuth1Response | None:
        """Return the response that did not reach X; OAuth 2.0 has none."""
        return self._oauth1.unsent_response(pending_id)

    def check_response(
        self, pending_id: PendingSignInId, response: OAuth1Response | OAuth2Response
    ) -> None:
        if isinstance(response, VerifierResponse | DeniedResponse):
            self._require_flow(pending_id, self._oauth1)
            self._oauth1.check_response(pending_id, response)
        else:
            self._require_flow(pending_id, self._oauth2)
            self._oauth2.check_response(pending_id, response)

    def save(self, pending_id: PendingSignInId, progress: SignInProgress) -> SignInResult:
        return self._flow_of(pending_id).save(pending_id, progress)

    def save_other_account(
        self, pending_id: PendingSignInId, progress: SignInProgress
    ) -> CompletedSignIn:
        return self._flow_of(pending_id).save_other_account(pending_id, progress)

    @property
    def has_unsaved_grants(self) -> bool:
        return self._oauth2.has_unsaved_grants or self._oauth1.has_unsaved_grants

    def has_unsaved_grant(self, pending_id: PendingSignInId) -> bool:
        return self._oauth2.has_unsaved_grant(pending_id) or self._oauth1.has_unsaved_grant(
            pending_id
        )

    def discard(self, pending_id: PendingSignInId, cancel: CancelToken) -> None:
        self._flow_of(pending_id).discard(pending_id, cancel)

    def forget(self, pending_id: PendingSignInId) -> None:
        self._flow_of(pending_id).forget(pending_id)

    def _flow_of(self, pending_id: PendingSignInId) -> OAuth1Flow | OAuth2Flow:
        try:
            return self._flow_for(self._store.pending_sign_ins.get(pending_id).kind)
        except NotFoundError:
            return self._oauth1  # either flow raises the same error

    def _require_flow(self, pending_id: PendingSignInId, flow: OAuth1Flow | OAuth2Flow) -> None:
        """Refuse a response to a sign-in of the other kind."""
        if self._flow_of(pending_id) is not flow:
            raise DiagnosedError(api_errors.WRONG_RESPONSE.to_diagnosis(Evidence()))

    def _flow_for(self, kind: CredentialKind) -> OAuth1Flow | OAuth2Flow:
        return self._oauth2 if kind is CredentialKind.OAUTH2 else self._oauth1
