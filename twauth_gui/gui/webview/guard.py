"""Whether the private view may be opened on this machine."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Mapping, MutableMapping
from pathlib import Path

_FLAGS = "QTWEBENGINE_CHROMIUM_FLAGS"
_PROC = Path("/proc")


def reason_against(env: Mapping[str, str], *, root: bool, proc: Path = _PROC) -> str:
    """Say why no view is opened; empty where nothing speaks against it.

    A view without the engine's own process sandbox would let a hostile page reach this person's
    files, so the program never opens one.
    """
    if importlib.util.find_spec("PySide6.QtWebEngineWidgets") is None:
        return "The browser engine is not installed. Install twauth[webview], or use another way."
    if root:
        return "As root the view could not be isolated. Use another way, or another user."
    if env.get("QTWEBENGINE_DISABLE_SANDBOX") or "--no-sandbox" in env.get(_FLAGS, ""):
        return "The engine's isolation is switched off by an environment variable."
    if _namespaces_refused(proc) or _namespaces_fail():
        return "This system does not let the engine isolate its pages. Use another way."
    return ""


def _namespaces_refused(proc: Path) -> bool:
    """Whether Linux keeps unprivileged programs from making user namespaces.

    Chromium isolates its pages with them, and ends the whole program where it cannot ("No usable
    sandbox"). Ubuntu refuses them since 23.10 to programs without an AppArmor profile of their
    own; other systems by the two older switches.
    """
    if _setting(proc / "sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        profile = _setting(proc / "self/attr/current")
        return profile in {"", "unconfined"}
    older = ("sys/kernel/unprivileged_userns_clone", "sys/user/max_user_namespaces")
    return any(_setting(proc / name) == "0" for name in older)


def _namespaces_fail() -> bool:
    """Whether making a user namespace fails, as under the seccomp filter of a container.

    False where no unshare command is installed to try it with.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    command = [unshare, "--user", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode != 0  # noqa: S603 - fixed words


def _setting(path: Path) -> str:
    """Read a switch of the kernel; "" where this kernel has none."""
    try:
        return path.read_text(encoding="ascii", errors="replace").strip("\n\0 ")
    except OSError:
        return ""


def tell_of_screen_reader(env: MutableMapping[str, str]) -> None:
    """Let the engine give its pages to a screen reader; to be called before it is loaded.

    The engine notices a screen reader that comes later than itself, but not one that was there
    before, and then its pages stay empty for it.
    """
    flag = "--force-renderer-accessibility"
    flags = env.get(_FLAGS, "")
    if flag not in flags.split():
        env[_FLAGS] = f"{flags} {flag}".strip()
