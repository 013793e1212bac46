"""Pages of X that people are sent to."""

from __future__ import annotations

CONSOLE = "https://console.x.com"
APPEAL_FORM = "https://help.x.com/forms/platform"
"""Where the owner of a suspended app asks for it back (docs.x.com, error 416)."""
CONNECTED_APPS = "https://x.com/settings/connected_apps"
"""Where an account's owner sees what may use it (docs.x.com, user-access-token)."""
END_BY_HAND = "End it under Connected apps on x.com."
"""How a person takes back what X has granted. No menus are named: X moves them."""
