"""Sentences about what a backup holds, with what restoring it did."""

from __future__ import annotations

from twauth_gui.domain.counting import counted
from twauth_gui.services.backups import RestoreOffer
from twauth_gui.store.restore import RestoreChange, Restored

_SETTINGS = "It also holds settings of the computer it was made on; they are not taken."


def told_before(offer: RestoreOffer) -> str:
    """Say what restoring would do, and what of the backup it leaves out."""
    return " ".join(one for one in (_changes(offer), *_left_out(offer)) if one)


def _changes(offer: RestoreOffer) -> str:
    unusable, refused = offer.count(RestoreChange.UNUSABLE), offer.count(RestoreChange.REFUSED)
    if offer.plan.is_empty and not (unusable or refused):
        return "Everything in it is here already."
    added, differing = offer.count(RestoreChange.ADD), offer.count(RestoreChange.CONFLICT)
    told = (
        (added, f"{added} new"),
        (differing, f"{differing} {'differs' if differing == 1 else 'differ'} from what is here"),
        (offer.count(RestoreChange.SAME), f"{offer.count(RestoreChange.SAME)} here already"),
        (unusable, f"{unusable} without credentials in the backup"),
        (refused, f"{refused} refused"),
    )
    parts = ", ".join(words for count, words in told if count)
    waiting = len(offer.plan.attempts)
    sentences = (
        f"Apps and accounts: {parts}." if parts else "",
        f"Sign-ins under way: {waiting}." if waiting else "",
        f"{offer.new_active} becomes the active account." if offer.new_active else "",
    )
    return " ".join(one for one in sentences if one)


def _left_out(offer: RestoreOffer) -> tuple[str, ...]:
    refused = offer.plan.refused_attempts
    waiting = f"{counted(refused, 'sign-in')} under way would end at another address: refused."
    return (waiting if refused else "", _SETTINGS if offer.backup.settings else "")


def told_after(restored: Restored, offer: RestoreOffer) -> str:
    """Say what it did."""
    told = (
        (restored.added, f"{restored.added} added"),
        (restored.replaced, f"{restored.replaced} replaced"),
        (restored.left, f"{restored.left} left as they were"),
        (restored.unusable, f"{restored.unusable} without credentials, not restored"),
        (restored.refused, f"{restored.refused} refused"),
        (restored.attempts, f"{counted(restored.attempts, 'sign-in')} under way"),
        (restored.active is not None, f"{offer.new_active} is the active account"),
    )
    parts = ", ".join(words for count, words in told if count)
    return f"Restored: {parts}" if parts else "There was nothing in it to restore"
