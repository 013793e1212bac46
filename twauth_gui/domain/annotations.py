"""What users add to an account: tags, a note, a mark as favourite; the rules for them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.diagnosis import DiagnosedError, Diagnosis, ProblemKind
from twauth_gui.domain.display_text import (
    remove_invisible_marks,
    to_printable_line,
    to_printable_text,
)

TAG_LENGTH = 50
TAGS_PER_ACCOUNT = 50
NOTE_LENGTH = 4_000
_TAB_WIDTH = 4


class AnnotationError(DiagnosedError, ValueError):
    """A tag or a note cannot be saved. reason: one sentence that says why."""

    def __init__(self, reason: str, advice: str = "") -> None:
        advice = f"{advice} Nothing was changed.".strip()
        super().__init__(Diagnosis(ProblemKind.UNKNOWN, reason, advice))
        self.reason = reason


class SecretInNoteError(AnnotationError):
    """A note looks as if it held a credential; it is saved only if the user insists."""

    def __init__(self) -> None:
        super().__init__(
            "This note looks as if it held a credential.",
            "Notes are saved in plain text, in the list of accounts.",
        )


def fold_tag(tag: str) -> str:
    """Return the form in which tags are compared (The Unicode Standard, D145).

    Neither case nor composition counts, nor blanks around it.
    """
    shown = " ".join(remove_invisible_marks(tag).split())
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", shown).casefold())


def parse_tag(text: str) -> str:
    """Return a tag as it is saved: blanks around it and marks that nobody sees are removed.

    Raises:
        AnnotationError: it is empty or too long, or has a comma or a control character.
    """
    tag = unicodedata.normalize("NFC", remove_invisible_marks(text)).strip()
    if not tag:
        raise AnnotationError("A tag cannot be empty.")
    if "," in tag:
        raise AnnotationError("A tag cannot contain a comma.")
    if to_printable_line(tag) != tag:
        raise AnnotationError("A tag cannot contain line breaks or other control characters.")
    if len(tag) > TAG_LENGTH:
        raise AnnotationError(f"A tag can have up to {TAG_LENGTH} characters.")
    return " ".join(tag.split())


def split_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a text in which commas are between them. Raises as parse_tag()."""
    return tuple(parse_tag(one) for one in text.split(",") if one.strip())


def parse_note(text: str) -> str:
    """Return a note as it is saved: tabs are blanks, and none are at the end of a line.

    Raises:
        AnnotationError: it is too long, or has a control character other than tabs and line breaks.
    """
    lines = remove_invisible_marks(text).splitlines()
    note = "\n".join(line.expandtabs(_TAB_WIDTH).rstrip() for line in lines).strip("\n")
    if to_printable_text(note) != note:
        raise AnnotationError("A note cannot contain control characters.")
    if len(note) > NOTE_LENGTH:
        raise AnnotationError(f"A note can have up to {NOTE_LENGTH:,} characters.")
    return note


def with_tags(account: Account, tags: Iterable[str]) -> Account:
    """Return the account with these tags too; one that it has stays as it is spelled there.

    Raises:
        AnnotationError: it would have too many.
    """
    found = {fold_tag(one): one for one in account.tags}
    count = len(found)
    for tag in tags:
        _ = found.setdefault(fold_tag(tag), tag)
    if len(found) > max(count, TAGS_PER_ACCOUNT):
        raise AnnotationError(
            f"{account.at_handle} would have {len(found)} tags.",
            f"An account can have up to {TAGS_PER_ACCOUNT}.",
        )
    return account if len(found) == count else replace(account, tags=tuple(found.values()))


def without_tags(account: Account, tags: Iterable[str]) -> Account:
    """Return the account without these tags, however they are spelled."""
    removed = {fold_tag(one) for one in tags}
    return replace(account, tags=tuple(one for one in account.tags if fold_tag(one) not in removed))


def copy_annotations(source: Account, target: Account) -> Account:
    """Return the target with tags, note and favourite mark of the source."""
    return replace(target, note=source.note, tags=source.tags, is_favourite=source.is_favourite)


def has_tag(account: Account, tag: str) -> bool:
    """Whether the account has the tag, however it is spelled."""
    return bool(account.tags) and fold_tag(tag) in map(fold_tag, account.tags)


def first_tag(account: Account) -> str:
    """Return the tag that was added first; "" if there is none."""
    return account.tags[0] if account.tags else ""


def count_tags(accounts: Iterable[Account]) -> list[tuple[str, int]]:
    """Return each tag with the number of accounts that have it, by name.

    A tag with several spellings has the one that is used most.
    """
    spellings = Counter(tag for account in accounts for tag in account.tags)
    counts: dict[str, int] = {}
    names: dict[str, str] = {}
    for tag, count in spellings.most_common():
        key = fold_tag(tag)
        counts[key] = counts.get(key, 0) + count
        _ = names.setdefault(key, tag)
    return [(names[key], counts[key]) for key in sorted(counts)]
