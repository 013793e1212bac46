"""Sentences about what a backup holds, with what restoring it did."""

from __future__ import annotations

from twauth_gui.services.backups import Offer
from twauth_gui.store.restore import Change, Restored


def told_before(offer: Offer) -> str:
    """Say what restoring would do."""
    unusable = offer.count(Change.UNUSABLE)
    if offer.plan.is_empty and not unusable:
        return "Everything in it is here already."
    added, differing = offer.count(Change.ADD), offer.count(Change.CONFLICT)
    told = (
        (added, f"{added} new"),
        (differing, f"{differing} {'differs' if differing == 1 else 'differ'} from what is here"),
        (offer.count(Change.SAME), f"{offer.count(Change.SAME)} here already"),
        (unusable, f"{unusable} without credentials in the backup"),
    )
    parts = ", ".join(words for count, words in told if count)
    waiting = len(offer.plan.attempts)
    tail = f" Sign-ins under way: {waiting}." if waiting else ""
    return f"Apps and accounts: {parts}.{tail}" if parts else tail.strip()


def told_after(restored: Restored) -> str:
    """Say what it did."""
    told = (
        (restored.added, "added"),
        (restored.replaced, "replaced"),
        (restored.left, "left as they were"),
        (restored.unusable, "without credentials, not restored"),
    )
    parts = ", ".join(f"{count} {word}" for count, word in told if count)
    return f"Restored: {parts}" if parts else "There was nothing in it to restore"
