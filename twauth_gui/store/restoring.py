"""Brings a backup in, as a plan says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.store.account_shelf import Expected
from twauth_gui.store.restore import (
    OAUTH1,
    OAUTH2,
    AccountStep,
    AppStep,
    Policy,
    RestoreChange,
    Restored,
    RestorePlan,
    Take,
    keep_mine,
)
from twauth_gui.store.store import Store

_LEFT_OUT = {RestoreChange.UNUSABLE: "unusable", RestoreChange.REFUSED: "refused"}


def _nothing() -> None:
    """Nobody wants to know."""


def carry_out(
    store: Store,
    plan: RestorePlan,
    policy: Policy = keep_mine,
    *,
    before_each: Callable[[], None] = _nothing,
) -> Restored:
    """Restore. Each app, account and sign-in is one change; nothing is ever deleted.

    Where it is cut off or fails, planning and restoring again does the rest.

    Args:
        store: where to.
        plan: made for the same store just before.
        policy: asked once for each conflict.
        before_each: called before each app and account; it may raise to end it.

    Raises:
        ChangedMeanwhileError: what was to be replaced was changed since the plan was made.
    """
    return _Restorer(store, policy, before_each).run(plan)


class _Restorer:
    def __init__(self, store: Store, policy: Policy, before_each: Callable[[], None]) -> None:
        self._store = store
        self._policy = policy
        self._before_each = before_each
        self._count: dict[str, int] = {}
        self._ids: dict[AccountId, AccountId] = {}

    def run(self, plan: RestorePlan) -> Restored:
        for app in plan.apps:
            self._before_each()
            self._counted(self._app(app))
        for account in plan.accounts:
            self._before_each()
            self._counted(self._account(account))
        for attempt, secrets in plan.attempts:
            _ = self._store.pending_sign_ins.begin(attempt, secrets)
            self._counted("attempts")
        active = None
        if plan.active is not None:
            active = self._ids.get(plan.active, plan.active)
            self._store.settings.set_active_account(active)
        return Restored(**self._count, active=active)

    def _counted(self, what: str) -> None:
        self._count[what] = self._count.get(what, 0) + 1

    def _app(self, step: AppStep) -> str:
        if step.keys is None:
            return _LEFT_OUT[step.change]
        if step.mine is None:
            _ = self._store.apps.add(step.app, step.keys)
            return "added"
        if step.change is RestoreChange.ADD:  # its keys were lost
            _ = self._store.apps.update(step.mine, step.keys)
            return "added"
        if step.change is RestoreChange.SAME or self._policy(step) is Take.MINE:
            return "left"
        mine = step.mine
        theirs = replace(step.app, id=mine.id, generation=mine.generation)
        _ = self._store.apps.update(theirs, step.keys)
        return "replaced"

    def _account(self, step: AccountStep) -> str:
        if step.change in _LEFT_OUT:
            return _LEFT_OUT[step.change]
        if step.mine is None or step.change is RestoreChange.ADD:
            kept = self._add(step)
            self._ids[step.account.id] = kept.id  # a removed one came back with its own
            self._history(step, kept.id)
            return "added"
        if step.change is RestoreChange.SAME:
            self._history(step, step.mine.id)
            return "left"
        as_here = replace(step.account, note=step.mine.note, tags=step.mine.tags)
        mine = self._take(step, step.lacks, as_here) or step.mine
        if self._policy(step) is Take.MINE:
            self._history(step, mine.id)
            return "left"
        self._replace(step, mine)
        return "replaced"

    def _add(self, step: AccountStep) -> Account:
        """Add what is not here: the account, or one of its two kinds of credentials.

        Each kind is one change; cut off between them, the next run does the rest.
        """
        wanted = step.lacks if step.mine is not None else (OAUTH1, OAUTH2)
        return self._take(step, wanted, step.account) or step.account

    def _take(self, step: AccountStep, kinds: tuple[str, ...], wanted: Account) -> Account | None:
        kept, account = step.kept, None
        if OAUTH1 in kinds and kept.credentials is not None:
            replaced = Expected(replaced=step.mine.generation if step.mine else 0)
            account = self._store.accounts.replace(wanted, kept.credentials, replaced)
        if OAUTH2 in kinds and kept.tokens is not None:
            facts, tokens = kept.tokens
            replaced = Expected(replaced=step.tokens_generation)
            account = self._store.tokens.save(wanted, tokens, facts, expected=replaced)
        return account

    def _replace(self, step: AccountStep, mine: Account) -> None:
        _ = self._take(step, step.differs, step.account)
        if OAUTH1 not in step.differs:
            now, theirs = self._store.accounts.get(mine.id), step.account
            _ = self._store.accounts.update(replace(now, note=theirs.note, tags=theirs.tags))

    def _history(self, step: AccountStep, account_id: AccountId) -> None:
        """Bring the history in where there is none: it is never mixed, and never twice."""
        events = [replace(event, account_id=account_id) for event in step.kept.events]
        _ = self._store.events.add_history(events)
