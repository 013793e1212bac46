"""Save the list of accounts to sign in, so that it can be continued later."""

from __future__ import annotations

import json
from dataclasses import replace
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
    """Return the saved list; None if there is none that can be read, or its app is gone.

    Accounts of another app that is gone are left out.
    """
    text = store.settings.get(_SETTING)
    if not text:
        return None
    try:
        batch = _parse_batch(json.loads(text))
    except (ValueError, KeyError, TypeError):  # of a newer version
        return None
    known = {app.id for app in store.apps.list_all()}
    items = tuple(one for one in batch.items if batch.app_of(one) in known)
    return replace(batch, items=items) if items and batch.app_id in known else None


def _parse_batch(fields: dict[str, Any]) -> BatchSignIn:
    options, apps = fields["options"], fields.get("apps", {})
    return BatchSignIn(
        AppId(fields["app_id"]),
        SignInMethod(fields["method"]),
        datetime.fromisoformat(fields["started_at"]),
        tuple(
            BatchItem(handle, bool(skipped), error, apps.get(handle))
            for handle, skipped, error in fields["wishes"]
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
        "apps": {one.handle: one.app_id for one in batch.items if one.app_id},
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
