"""Check whether the private view can be opened safely on this computer."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import subprocess
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from twauth_gui.services.environment_report import find_installer

_FLAGS_VARIABLE = "QTWEBENGINE_CHROMIUM_FLAGS"
_EXPOSING_VARIABLES = (
    "QTWEBENGINE_DISABLE_SANDBOX",
    "QTWEBENGINE_REMOTE_DEBUGGING",
    "SSLKEYLOGFILE",
)
"""Variables that switch the isolation off, let others steer the pages, or write TLS keys down."""
_HARMLESS_SWITCHES = frozenset(
    {
        *("lang", "force-renderer-accessibility", "force-dark-mode", "force-device-scale-factor"),
        *("high-dpi-support", "touch-events", "disable-smooth-scrolling", "font-render-hinting"),
        *("disable-gpu", "disable-gpu-compositing", "disable-gpu-rasterization", "use-gl"),
        *("use-angle", "use-vulkan", "ozone-platform", "enable-gpu-rasterization"),
        *("ignore-gpu-blocklist", "disable-gpu-driver-bug-workarounds", "num-raster-threads"),
        *("disable-software-rasterizer", "disable-dev-shm-usage", "disable-logging"),
        *("disable-background-networking", "disable-accelerated-video-decode"),
    }
)
"""Switches about language, drawing and memory. Chromium has some 1,500, and dozens of them take
away isolation, checks of certificates or secrecy, so an unknown one blocks the view."""
_PROC = Path("/proc")


_NOT_INSTALLED = (
    "The browser engine is not installed. Install twauth[webview], or use another method."
)
PACKAGES_WITHOUT_ENGINE = {
    "dpkg": "The browser engine is not installed. Install twauth-webview, or use another method.",
    "flatpak": "This package comes without a browser engine. Use another method.",
}
"""What to say where a package comes without the engine, by the name in its INSTALLER (PEP 376)."""


def find_view_obstacle(env: Mapping[str, str], *, root: bool, proc: Path = _PROC) -> str:
    """Return why no view can be opened; "" if one can.

    A view without the engine's own process sandbox would let a hostile page reach the user's
    files, so the program never opens one.
    """
    if importlib.util.find_spec("PySide6.QtWebEngineWidgets") is None:
        return PACKAGES_WITHOUT_ENGINE.get(find_installer(), _NOT_INSTALLED)
    if root:
        return "The view cannot be isolated as root. Use another method, or another user."
    setting = _find_exposing_setting(env)
    if setting:
        return f"{setting} could open this view to others. Use another method."
    if _are_namespaces_forbidden(proc) or _do_namespaces_fail():
        return "This system does not let the engine isolate its pages. Use another method."
    return ""


def _find_exposing_setting(env: Mapping[str, str]) -> str:
    """Return what in the environment lets others see or steer the pages; "" for nothing."""
    # Even with nothing in it: that is how the engine looks for a variable.
    variable = next((name for name in _EXPOSING_VARIABLES if name in env), "")
    switch = _find_unknown_switch(env)
    if variable:
        return f"The variable {variable}"
    return f"{switch} in {_FLAGS_VARIABLE}" if switch else ""


def _find_unknown_switch(env: Mapping[str, str]) -> str:
    """Return the first switch for the engine that is not known to be harmless, or "".

    On Linux one dash begins a switch as two do, on Windows also a slash. The engine would take
    switches from the arguments, too, but app.py gives it none of those.
    """
    try:
        words = shlex.split(env.get(_FLAGS_VARIABLE, ""))
    except ValueError:  # an unpaired quotation mark
        return "An unpaired quotation mark"
    switches = (one.partition("=")[0] for one in words if one.startswith(("-", "/")))
    return next((one for one in switches if one.lstrip("-/").lower() not in _HARMLESS_SWITCHES), "")


def _are_namespaces_forbidden(proc: Path) -> bool:
    """Whether Linux keeps unprivileged programs from making user namespaces.

    Chromium isolates its pages with them, and ends the whole program if it cannot ("No usable
    sandbox"). Ubuntu refuses them since 23.10 to programs without an AppArmor profile of their
    own; other systems by the two older switches.
    """
    if _read_kernel_setting(proc / "sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        profile = _read_kernel_setting(proc / "self/attr/current")
        return profile in {"", "unconfined"}
    older = ("sys/kernel/unprivileged_userns_clone", "sys/user/max_user_namespaces")
    return any(_read_kernel_setting(proc / name) == "0" for name in older)


def _do_namespaces_fail() -> bool:
    """Whether making a user namespace fails, as under the seccomp filter of a container.

    False if no unshare command is installed to try it with.
    """
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    command = [unshare, "--user", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode != 0  # noqa: S603 - fixed words


def _read_kernel_setting(path: Path) -> str:
    """Return a setting of the kernel; "" if this kernel does not have it."""
    try:
        return path.read_text(encoding="ascii", errors="replace").strip("\n\0 ")
    except OSError:
        return ""


def enable_screen_reader(env: MutableMapping[str, str]) -> None:
    """Open the engine's pages to a screen reader; to be called before the engine is loaded.

    The engine notices a screen reader that starts after it, but not one that runs already, and
    then its pages stay empty for it.
    """
    flag = "--force-renderer-accessibility"
    flags = env.get(_FLAGS_VARIABLE, "")
    if flag not in flags.split():
        env[_FLAGS_VARIABLE] = f"{flags} {flag}".strip()
