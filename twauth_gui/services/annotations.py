"""Change tags, notes and favourite marks of accounts, and undo that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.annotations import (
    AnnotationError,
    SecretInNoteError,
    parse_note,
    parse_tag,
    with_tags,
    without_tags,
)
from twauth_gui.store.account_repository import AccountRepository

_FIELDS = ("note", "tags", "is_favourite")


@dataclass(frozen=True, slots=True)
class AnnotationChange:
    """What was changed, and what Annotations.undo() needs to undo exactly that.

    changed: the accounts before and after; only those that are different now. gone: accounts that
    another process had removed. newer: accounts that were changed meanwhile and stay as they are.
    """

    changed: tuple[tuple[Account, Account], ...]
    gone: tuple[AccountId, ...] = ()
    newer: tuple[AccountId, ...] = ()


class Annotations:
    """Tags, notes and favourite marks. Each change is made to all the accounts or to none.

    Every method raises NotWrittenError or ReadOnlyError if the disk refuses.
    """

    def __init__(self, accounts: AccountRepository) -> None:
        self._accounts = accounts

    def set_note(
        self,
        account_ids: Sequence[AccountId],
        text: str,
        *,
        replaces: str | None = None,
        even_if_secret: bool = False,
    ) -> AnnotationChange:
        """Replace the note; an empty text removes it.

        replaces: the note that the user saw; an account that has another one by now keeps it. None
            replaces any.

        Raises:
            SecretInNoteError: it looks as if it held a credential; even_if_secret saves it.
            AnnotationError: it is too long or has a control character.
        """
        note = parse_note(text)
        if note and not even_if_secret and _holds_credential(note):
            raise SecretInNoteError
        newer: list[AccountId] = []

        def set_one(account: Account) -> Account:
            if replaces is not None and account.note not in {replaces, note}:
                newer.append(account.id)
                return account
            return replace(account, note=note)

        return replace(self._change(account_ids, set_one), newer=tuple(newer))

    def add_tags(self, account_ids: Sequence[AccountId], tags: Iterable[str]) -> AnnotationChange:
        """Add tags; an account that has one, however it is spelled, keeps it as it is.

        Raises:
            AnnotationError: a tag is not allowed, or an account would have too many.
        """
        return self.change_tags(account_ids, added=tags)

    def remove_tags(
        self, account_ids: Sequence[AccountId], tags: Iterable[str]
    ) -> AnnotationChange:
        """Remove tags, however they are spelled."""
        return self.change_tags(account_ids, removed=tags)

    def change_tags(
        self,
        account_ids: Sequence[AccountId],
        *,
        added: Iterable[str] = (),
        removed: Iterable[str] = (),
    ) -> AnnotationChange:
        """Remove tags and add others as one change. Raises as add_tags()."""
        new, old = [parse_tag(tag) for tag in added], list(removed)
        if any(map(_holds_credential, new)):
            raise AnnotationError("A tag cannot hold a credential.")
        return self._change(account_ids, lambda account: with_tags(without_tags(account, old), new))

    def set_favourite(
        self, account_ids: Sequence[AccountId], *, is_favourite: bool
    ) -> AnnotationChange:
        """Mark accounts as favourites, or remove the mark."""
        return self._change(
            account_ids, lambda account: replace(account, is_favourite=is_favourite)
        )

    def undo(self, change: AnnotationChange) -> AnnotationChange:
        """Undo a change, except where something newer came meanwhile; itself it can be undone."""
        changes = {before.id: (before, after) for before, after in change.changed}
        newer: list[AccountId] = []

        def restore(account: Account) -> Account:
            before, after = changes[account.id]
            fields = [name for name in _FIELDS if getattr(before, name) != getattr(after, name)]
            if any(getattr(account, name) != getattr(after, name) for name in fields):
                newer.append(account.id)
                return account
            return replace(account, **{name: getattr(before, name) for name in fields})

        undone = self._change(list(changes), restore)
        return replace(undone, newer=tuple(newer))

    def _change(
        self, account_ids: Sequence[AccountId], edit: Callable[[Account], Account]
    ) -> AnnotationChange:
        pairs = self._accounts.annotate(account_ids, edit)
        there = {before.id for before, _after in pairs}
        return AnnotationChange(
            tuple((before, after) for before, after in pairs if before != after),
            tuple(one for one in account_ids if one not in there),
        )


def _holds_credential(text: str) -> bool:
    from twauth_gui.transfer.reader.read_text import holds_credential  # noqa: PLC0415 - rarely needed

    return holds_credential(text)
