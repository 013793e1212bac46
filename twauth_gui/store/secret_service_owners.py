"""Who answers as the Secret Service, as people know it."""

from __future__ import annotations

from pathlib import Path

START_BUS = "Start Twauth from a desktop session, or under dbus-run-session."

_OWNERS = {
    "gnome-keyring-d": "GNOME Keyring",  # the kernel keeps 15 characters of a name
    "keepassxc": "KeePassXC",
    "ksecretd": "KWallet",
    "kwalletd5": "KWallet",
    "kwalletd6": "KWallet",
    "oo7-daemon": "oo7",
}


def name_of_process(process: int) -> str:
    """Name the program of a process; "" for one that is not known."""
    try:
        command = Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return _OWNERS.get(command, "")
