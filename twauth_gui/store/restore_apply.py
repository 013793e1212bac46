"""Restoring a backup as planned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.annotations import copy_annotations
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.placements import Placement
from twauth_gui.store.account_repository import AccountPreconditions
from twauth_gui.store.restore_plan import (
    OAUTH1,
    OAUTH2,
    AccountRestoreStep,
    AppRestoreStep,
    RestoreChange,
    RestoreChoice,
    RestorePlan,
    RestorePolicy,
    RestoreResult,
    keep_local,
)
from twauth_gui.store.store import Store

_SKIPPED_CHANGES = {RestoreChange.UNUSABLE: "unusable", RestoreChange.REFUSED: "refused"}


def apply_restore(
    store: Store,
    plan: RestorePlan,
    policy: RestorePolicy = keep_local,
    *,
    before_each: Callable[[], None] = ignore,
) -> RestoreResult:
    """Restore a backup: each app, account and sign-in is one change, and nothing is deleted.

    If it is interrupted or fails, planning and restoring again does the rest.

    Args:
        store: the store to restore to.
        plan: made for the same store just before.
        policy: asked once for each conflict.
        before_each: called before each app and account; may stop the restore by raising.

    Raises:
        ChangedMeanwhileError: what was to be replaced was changed since the plan was made.
    """
    return _Restorer(store, policy, before_each).run(plan)


class _Restorer:
    def __init__(
        self, store: Store, policy: RestorePolicy, before_each: Callable[[], None]
    ) -> None:
        self._store = store
        self._policy = policy
        self._before_each = before_each
        self._count: dict[str, int] = {}
        self._ids: dict[AccountId, AccountId] = {}
        self._has_same_key = False

    def run(self, plan: RestorePlan) -> RestoreResult:
        self._adopt_fingerprint_key(plan)
        for app in plan.apps:
            self._before_each()
            self._count_outcome(self._app(app))
            if app.takes_accounts:
                self._import_placements(
                    [replace(one, app_id=app.local_id) for one in app.placements]
                )
        for account in plan.accounts:
            self._before_each()
            self._count_outcome(self._account(account))
        for pending, secrets in plan.pending_sign_ins:
            _ = self._store.pending_sign_ins.add(pending, secrets)
            self._count_outcome("pending_sign_ins")
        active = None
        if plan.active is not None:
            active = self._ids.get(plan.active, plan.active)
            self._store.settings.set_active_account(active)
        return RestoreResult(**self._count, active=active)

    def _adopt_fingerprint_key(self, plan: RestorePlan) -> None:
        """Use the key of the backup, if there is none here; else its fingerprints say nothing."""
        has_placements = any(one.placements for one in plan.apps) or any(
            one.backup_account.placements for one in plan.accounts
        )
        if plan.fingerprint_key is not None and has_placements:
            self._has_same_key = self._store.placements.adopt_fingerprint_key(plan.fingerprint_key)

    def _import_placements(self, placements: Sequence[Placement]) -> None:
        """Import placements if there are none here, so that they are never mixed."""
        if not self._has_same_key:
            placements = [replace(one, fingerprint=b"") for one in placements]
        self._store.placements.import_placements(placements)

    def _count_outcome(self, what: str) -> None:
        self._count[what] = self._count.get(what, 0) + 1

    def _app(self, step: AppRestoreStep) -> str:
        if step.keys is None:
            return _SKIPPED_CHANGES[step.change]
        if step.local is None:
            _ = self._store.apps.add(step.app, step.keys)
            return "added"
        if step.change is RestoreChange.ADD:  # its keys were lost
            _ = self._store.apps.update(step.local, step.keys)
            return "added"
        if step.change is RestoreChange.SAME or self._policy(step) is RestoreChoice.LOCAL:
            return "unchanged"
        local = step.local
        theirs = replace(step.app, id=local.id, generation=local.generation)
        _ = self._store.apps.update(theirs, step.keys)
        return "replaced"

    def _account(self, step: AccountRestoreStep) -> str:
        if step.change in _SKIPPED_CHANGES:
            return _SKIPPED_CHANGES[step.change]
        if step.local is None or step.change is RestoreChange.ADD:
            account = self._add(step)
            self._ids[step.account.id] = account.id  # a removed one came back with its own
            self._import_history(step, account.id)
            return "added"
        if step.change is RestoreChange.SAME:
            self._import_history(step, step.local.id)
            return "unchanged"
        as_here = copy_annotations(step.local, step.account)
        local = self._save_credentials(step, step.missing_kinds, as_here) or step.local
        if self._policy(step) is RestoreChoice.LOCAL:
            self._import_history(step, local.id)
            return "unchanged"
        self._replace(step, local)
        return "replaced"

    def _add(self, step: AccountRestoreStep) -> Account:
        """Add the account, or the kinds of credentials that it lacks here.

        Each kind is one change; if interrupted between them, the next run does the rest.
        """
        wanted = step.missing_kinds if step.local is not None else (OAUTH1, OAUTH2)
        return self._save_credentials(step, wanted, step.account) or step.account

    def _save_credentials(
        self, step: AccountRestoreStep, kinds: tuple[str, ...], wanted: Account
    ) -> Account | None:
        backup, account = step.backup_account, None
        if OAUTH1 in kinds and backup.credentials is not None:
            replaced = AccountPreconditions(replaced=step.local.generation if step.local else 0)
            account = self._store.accounts.replace(wanted, backup.credentials, replaced)
        if OAUTH2 in kinds and backup.tokens is not None:
            metadata, tokens = backup.tokens
            replaced = AccountPreconditions(replaced=step.tokens_generation)
            account = self._store.tokens.save(wanted, tokens, metadata, expected=replaced)
        return account

    def _replace(self, step: AccountRestoreStep, local: Account) -> None:
        _ = self._save_credentials(step, step.differing_fields, step.account)
        if OAUTH1 not in step.differing_fields:
            now, theirs = self._store.accounts.get(local.id), step.account
            _ = self._store.accounts.update(copy_annotations(theirs, now))

    def _import_history(self, step: AccountRestoreStep, account_id: AccountId) -> None:
        """Import history and placements if the account has none here, so they are never mixed."""
        self._import_placements(
            [replace(one, account_id=account_id) for one in step.backup_account.placements]
        )
        events = [replace(event, account_id=account_id) for event in step.backup_account.events]
        _ = self._store.events.import_events(events)
