"""Tags, notes and favourite marks: what may be saved, and that a change is undone exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import sample_credentials
from tests.support.sample_records import APP, OLD_CREDENTIALS, OLD_KEYS, FakeClock, make_account
from tests.support.vaults import MemoryVault
from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.annotations import (
    NOTE_LENGTH,
    TAG_LENGTH,
    TAGS_PER_ACCOUNT,
    AnnotationError,
    SecretInNoteError,
    count_tags,
    fold_tag,
    parse_note,
    parse_tag,
)
from twauth_gui.domain.secret import Secret
from twauth_gui.services.annotations import AnnotationChange, Annotations
from twauth_gui.store.store import Store

GONE = AccountId("gone")
SHORT_TEXTS = st.text(st.sampled_from("aAäÄ\u0308ßéİ\u200d שּ\u202e,\n"), max_size=4)
CREDENTIALS = [
    sample_credentials.KEYS.api_key,
    sample_credentials.KEYS.api_secret,
    sample_credentials.CREDENTIALS.access_token,
    sample_credentials.CREDENTIALS.access_secret,
    sample_credentials.OAUTH2_TOKENS.access_token,
    sample_credentials.OAUTH2_TOKENS.refresh_token,
]


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def store(tmp_path: Path, vault: MemoryVault) -> Iterator[Store]:
    """A store with three accounts, the first with two tags and a note."""
    store = Store.open(tmp_path, vault, now=FakeClock())
    _ = store.apps.add(APP, OLD_KEYS)
    for number, handle in enumerate(("fernwick_news", "marsh_times", "tidal_bot"), 1):
        _ = store.accounts.add(make_account(number, f"700{number}", handle), OLD_CREDENTIALS)
    service = Annotations(store.accounts)
    _ = service.add_tags([AccountId("account-1")], ["News", "uk"])
    _ = service.set_note([AccountId("account-1")], "mine")
    yield store
    store.close()


@pytest.fixture
def service(store: Store) -> Annotations:
    return Annotations(store.accounts)


def read(store: Store) -> list[tuple[tuple[str, ...], str, bool]]:
    return [(one.tags, one.note, one.is_favourite) for one in store.accounts.list_all()]


def ids(store: Store) -> list[AccountId]:
    return [one.id for one in store.accounts.list_all()]


def test_several_accounts_are_changed_and_undone(
    store: Store, service: Annotations, vault: MemoryVault
) -> None:
    items, before = dict(vault.items), read(store)
    added = service.add_tags([*ids(store), GONE], ["news", "  two  words "])
    assert added.gone == (GONE,)
    removed = service.remove_tags(ids(store), [" UK", "unknown"])
    assert [one.id for one, _after in removed.changed] == ["account-1"]
    starred = service.set_favourite(ids(store), is_favourite=True)
    noted = service.set_note(ids(store)[:1], "\r\nfirst\t1 \r\n\u0633\u0644\u0627\u0645\u200f\n")
    assert read(store) == [
        (("News", "two words"), "first   1\n\u0633\u0644\u0627\u0645", True),
        (("news", "two words"), "", True),
        (("news", "two words"), "", True),
    ]
    assert count_tags(store.accounts.list_all()) == [("news", 3), ("two words", 3)]
    for change in (noted, starred, removed, added):
        undone = service.undo(change)
        assert (len(undone.changed), undone.newer) == (len(change.changed), ())
    assert (read(store), vault.items) == (before, items)


def test_undo_leaves_what_came_later(
    store: Store, tmp_path: Path, vault: MemoryVault, service: Annotations
) -> None:
    added = service.add_tags(ids(store), ["spring"])
    other = Store.open(tmp_path, vault, now=FakeClock())  # as another process does
    first, second, third = ids(store)
    _ = Annotations(other.accounts).add_tags([first], ["newer"])
    _ = Annotations(other.accounts).set_note([second], "says nothing of tags")
    other.accounts.hide(third)
    other.close()
    undone = service.undo(added)
    assert (undone.newer, undone.gone) == ((first,), (third,))
    assert read(store) == [
        (("News", "uk", "spring", "newer"), "mine", False),
        ((), "says nothing of tags", False),
    ]
    unseen = service.set_note([second], "mine", replaces="")
    assert (unseen.newer, unseen.changed) == ((second,), ())
    assert service.set_note([second], "", replaces="says nothing of tags").changed


def test_all_or_none(store: Store, service: Annotations) -> None:
    first, second, third = ids(store)
    _ = service.add_tags([second], [f"tag {number}" for number in range(TAGS_PER_ACCOUNT)])
    before = read(store)
    with pytest.raises(AnnotationError, match="@marsh_times would have 51 tags"):
        _ = service.add_tags([first, second, third], ["one more"])
    with pytest.raises(AnnotationError, match="comma"):
        _ = service.add_tags([first], ["fine", "not, fine"])
    assert read(store) == before


@given(text=SHORT_TEXTS | st.text())
def test_a_saved_text_is_allowed_as_it_is(text: str) -> None:
    for parse, longest in ((parse_tag, TAG_LENGTH), (parse_note, NOTE_LENGTH)):
        try:
            saved = parse(text)
        except AnnotationError:
            continue
        assert (parse(saved), len(saved) <= longest) == (saved, True)
        shown = replace(make_account(), tags=(saved,), note=saved)
        assert (shown.note, shown.tags) == (saved, (saved.replace("\n", " "),))


@pytest.mark.parametrize("parse", [parse_tag, parse_note])
@pytest.mark.parametrize("text", ["a\x1b[2J", "a\ud800", "a\x7f", "x" * (NOTE_LENGTH + 1)])
def test_what_cannot_be_saved(parse: Callable[[str], str], text: str) -> None:
    with pytest.raises(AnnotationError):
        parse(text)


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "a,b", "a\nb", "x" * (TAG_LENGTH + 1)])
def test_what_is_no_tag(text: str) -> None:
    with pytest.raises(AnnotationError):
        _ = parse_tag(text)


@given(
    calls=st.lists(
        st.tuples(st.booleans(), st.lists(SHORT_TEXTS, max_size=3), st.sets(st.integers(1, 3)))
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_any_changes_are_undone_in_turn(
    store: Store, service: Annotations, calls: list[tuple[bool, list[str], set[int]]]
) -> None:
    before, changes = read(store), list[AnnotationChange]()
    expected = {one.id: {fold_tag(tag) for tag in one.tags} for one in store.accounts.list_all()}
    for adds, texts, numbers in calls:
        chosen = [AccountId(f"account-{number}") for number in numbers]
        change = service.add_tags if adds else service.remove_tags
        try:
            changes.append(change(chosen, texts))
        except AnnotationError:
            continue
        for one in chosen:
            folded = {fold_tag(parse_tag(text) if adds else text) for text in texts}
            expected[one] = expected[one] | folded if adds else expected[one] - folded
        for account in store.accounts.list_all():
            tags = list(map(fold_tag, account.tags))
            assert (set(tags), len(tags)) == (expected[account.id], len(expected[account.id]))
    for made in reversed(changes):
        assert service.undo(made).newer == ()
    assert read(store) == before


@pytest.mark.parametrize("secret", CREDENTIALS)
@pytest.mark.parametrize("around", ["{}", "The key: {}.", "see\nAPI_KEY={}", "x ({}), old"])
def test_a_credential_is_saved_only_if_the_user_insists(
    store: Store, service: Annotations, secret: Secret, around: str
) -> None:
    text = around.format(secret.reveal())
    before = read(store)
    with pytest.raises(SecretInNoteError) as raised:
        _ = service.set_note(ids(store), text)
    assert secret.reveal() not in str(raised.value)
    assert read(store) == before
    assert service.set_note(ids(store)[:1], text, even_if_secret=True).changed


@pytest.mark.parametrize(
    "text",
    [
        "Posts at 07:00 and 18:00 from the CMS, owner jane@example.org.",
        "https://docs.example.org/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit?gid=0",
        "Deployed from 3d0c8a0f1b2c3d4e5f60718293a4b5c6d7e8f901 to /srv/bots/Fernwick/production-2",
        "Password: ask Kim. PIN of the phone is in the safe.",
    ],
)
def test_other_notes_are_saved(store: Store, service: Annotations, text: str) -> None:
    assert service.set_note(ids(store), text).changed


def test_no_tag_holds_a_credential(store: Store, service: Annotations) -> None:
    with pytest.raises(AnnotationError, match="credential"):
        _ = service.add_tags(ids(store), [sample_credentials.KEYS.api_key.reveal()])
