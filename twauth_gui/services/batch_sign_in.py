"""Save the list of accounts to sign in, so that it can be continued later."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from twauth_gui.domain.access import DEFAULT_SCOPES
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.batch_sign_in import BatchItem, BatchSignIn
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.sign_in import (
    AuthorizationPage,
    RequestedAccess,
    SignInMethod,
    SignInOptions,
)
from twauth_gui.store.store import Store

_SETTING = "several"


def load_batch(store: Store) -> BatchSignIn | None:
    """Return the saved list; None if there is none that can be read, or its app is gone."""
    text = store.settings.get(_SETTING)
    if not text:
        return None
    try:
        batch = _parse_batch(json.loads(text))
    except (ValueError, KeyError, TypeError):  # of a newer version
        return None
    return batch if any(app.id == batch.app_id for app in store.apps.list_all()) else None


def _parse_batch(fields: dict[str, Any]) -> BatchSignIn:
    options = fields["options"]
    return BatchSignIn(
        AppId(fields["app_id"]),
        SignInMethod(fields["method"]),
        datetime.fromisoformat(fields["started_at"]),
        tuple(
            BatchItem(handle, bool(skipped), error) for handle, skipped, error in fields["wishes"]
        ),
        SignInOptions(
            AuthorizationPage(options["page"]),
            RequestedAccess(options["access"]),
            force_login=options["force_login"],
            prefill_handle=options["fill_in"],
        ),
        CredentialKind(fields.get("kind", CredentialKind.OAUTH1.value)),  # older lists have none
        tuple(fields.get("scopes", DEFAULT_SCOPES)),
    )


def save_batch(store: Store, batch: BatchSignIn) -> None:
    """Save the list, replacing any other."""
    options = batch.options
    fields = {
        "app_id": batch.app_id,
        "method": batch.method.value,
        "started_at": batch.started_at.isoformat(),
        "wishes": [[one.handle, one.is_skipped, one.error] for one in batch.items],
        "options": {
            "page": options.page.value,
            "access": options.access.value,
            "force_login": options.force_login,
            "fill_in": options.prefill_handle,
        },
        "kind": batch.kind.value,
        "scopes": batch.scopes,
    }
    store.settings.set(_SETTING, json.dumps(fields))


def delete_batch(store: Store) -> None:
    """Delete the list; accounts and pending sign-ins stay."""
    store.settings.set(_SETTING, "")
