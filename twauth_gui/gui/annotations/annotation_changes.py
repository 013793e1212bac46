"""Changes of tags, notes and favourite marks from the window, each with its undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from shiboken6 import isValid

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.annotations import SecretInNoteError
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import pluralize
from twauth_gui.gui.app_context import AppContext
from twauth_gui.services.annotations import AnnotationChange, Annotations

_MOST_NAMED = 3


class AnnotationChanger:
    """Changes accounts' annotations on a worker, and offers to undo that.

    A change outlives the part of the window that asks for it. If that is gone, what went wrong is
    shown in a dialog of its own.
    """

    def __init__(self, context: AppContext, asker: QObject) -> None:
        self._context = context
        self._asker = asker

    def change_tags(
        self,
        accounts: Sequence[Account],
        added: Sequence[str],
        removed: Sequence[str],
        *,
        on_failed: Callable[[Diagnosis], object] | None = None,
        on_saved: Callable[[AnnotationChange], object] = ignore,
    ) -> None:
        """Add tags and remove others."""
        ids = [one.id for one in accounts]
        what = describe_tags(added, removed)
        self._run(
            lambda service: service.change_tags(ids, added=added, removed=removed),
            lambda change: f"{name_changed(change)}: {what}",
            on_failed=on_failed,
            on_saved=on_saved,
        )

    def set_note(
        self,
        accounts: Sequence[Account],
        text: str,
        *,
        replaces: str | None = None,
        even_if_secret: bool = False,
        on_secret: Callable[[], object],
        on_failed: Callable[[Diagnosis], object],
        on_saved: Callable[[AnnotationChange], object] = ignore,
    ) -> None:
        """Replace the note; on_secret is called if it looks as if it held a credential.

        replaces: the note that the user saw; an account with another one by now keeps it.
        """
        ids = [one.id for one in accounts]
        verb = "Saved" if text.strip() else "Removed"

        def work(service: Annotations) -> AnnotationChange | None:
            try:
                return service.set_note(ids, text, replaces=replaces, even_if_secret=even_if_secret)
            except SecretInNoteError:
                return None

        self._run(
            work,
            lambda change: f"{verb} the note of {name_changed(change)}",
            on_failed=on_failed,
            on_saved=on_saved,
            on_secret=on_secret,
        )

    def set_favourite(
        self,
        accounts: Sequence[Account],
        *,
        is_favourite: bool,
        on_failed: Callable[[Diagnosis], object] | None = None,
    ) -> None:
        """Mark accounts as favourites, or remove the mark."""
        ids = [one.id for one in accounts]
        words = ("is a favourite", "are favourites")
        words = words if is_favourite else ("is no longer a favourite", "are no longer favourites")
        self._run(
            lambda service: service.set_favourite(ids, is_favourite=is_favourite),
            lambda change: f"{name_changed(change)} {words[len(change.changed) > 1]}",
            on_failed=on_failed,
        )

    def _run(
        self,
        work: Callable[[Annotations], AnnotationChange | None],
        describe: Callable[[AnnotationChange], str],
        *,
        on_failed: Callable[[Diagnosis], object] | None = None,
        on_saved: Callable[[AnnotationChange], object] = ignore,
        on_secret: Callable[[], object] = ignore,
    ) -> None:
        context, asker = self._context, self._asker

        def done(change: AnnotationChange | None) -> None:
            if change is None:
                _ = on_secret()
                return
            self._tell(change, describe)
            if isValid(asker):
                _ = on_saved(change)

        def failed(diagnosis: Diagnosis) -> None:
            if on_failed is not None and isValid(asker):
                _ = on_failed(diagnosis)
            else:
                context.window.show_problem(diagnosis)

        _ = context.run_in_store(
            context.dialogs, lambda _job: work(context.services.annotations), done, failed
        )

    def _tell(self, change: AnnotationChange, describe: Callable[[AnnotationChange], str]) -> None:
        """Show what was changed, with its undo; while Twauth is locked nothing of any account."""
        context = self._context
        context.snapshots.reload()
        gone = f"{pluralize(len(change.gone), 'account')} had been removed meanwhile"
        if context.vault.is_app_locked:
            return
        if change.changed:
            words = describe(change)
            self._offer_undo(change, f"{words}. {gone}" if change.gone else words)
        elif change.gone:
            context.window.show_status(gone)

    def _offer_undo(self, change: AnnotationChange, words: str) -> None:
        context = self._context

        def done(undone: AnnotationChange) -> None:
            context.snapshots.reload()
            left = len(undone.newer) + len(undone.gone)
            if left:
                which = f"{pluralize(left, 'account')}, changed meanwhile, stayed as before"
                context.window.show_status(which)

        context.window.offer_undo(
            words,
            lambda: context.run_in_store(
                context.dialogs, lambda _job: context.services.annotations.undo(change), done
            ),
        )


def name_changed(change: AnnotationChange) -> str:
    """Return the handle of the account that was changed, or the number of accounts."""
    if len(change.changed) == 1:
        return change.changed[0][1].at_handle
    return pluralize(len(change.changed), "account")


def describe_tags(added: Sequence[str], removed: Sequence[str]) -> str:
    """Return what becomes of tags: "added news, removed uk"."""
    parts = [
        f"{verb} {', '.join(tags) if len(tags) <= _MOST_NAMED else pluralize(len(tags), 'tag')}"
        for verb, tags in (("added", added), ("removed", removed))
        if tags
    ]
    return ", ".join(parts)
