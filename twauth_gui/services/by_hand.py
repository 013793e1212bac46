"""Says where a person ends credentials that X did not end on request."""

from __future__ import annotations

from dataclasses import replace

from twauth_gui.domain.diagnosis import Diagnosis, Remedy


def by_hand(diagnosis: Diagnosis, at_handle: str, app_label: str) -> Diagnosis:
    """Put the reason why X did not end an account's credentials beside the way to do it by hand."""
    return replace(
        diagnosis,
        title=f"X did not end the credentials of {at_handle}.",
        advice=f"{diagnosis.title} They still work. To end them by hand, sign in to x.com as "
        f"{at_handle}, open Connected apps, choose {app_label} and revoke its permissions.",
        remedy=Remedy.OPEN_CONNECTED_APPS,
    )
