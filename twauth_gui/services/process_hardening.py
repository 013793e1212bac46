"""Protect this process's memory from other programs of the same user."""

from __future__ import annotations

import sys

CoreLimit = tuple[int, int] | None

_PR_GET_DUMPABLE = 3
_PR_SET_DUMPABLE = 4
_PT_DENY_ATTACH = 31


def harden_process() -> CoreLimit:
    """Keep other programs of the user from reading this memory, as far as the system can.

    Linux: the process is marked as not dumpable. Then its /proc/PID/mem and environ belong to root,
    no debugger of the same user attaches, and no core is written. A program that replaces this one
    (exec), or is started by it, is not protected. macOS: a debugger that attaches later is refused.
    Windows has no such mark: there, the process is as open as others of the same user.

    Call it before the first secret is read.

    Returns:
        The earlier limit for core files, to restore for a program that replaces this one.
    """
    if sys.platform == "win32":
        return None
    import ctypes  # noqa: PLC0415 - three milliseconds, only for processes with secrets

    system = ctypes.CDLL(None)
    if sys.platform == "linux":
        _ = system.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    elif sys.platform == "darwin":
        _ = system.ptrace(_PT_DENY_ATTACH, 0, None, 0)
    return _disable_core_dumps()


def is_hardened() -> bool | None:
    """Whether this process is protected now; None if the system cannot say."""
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415 - see above

    return int(ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)) == 0


def restore_core_limit(before: CoreLimit) -> None:
    """Set the limit for core files to what it was before harden_process()."""
    if sys.platform != "win32" and before is not None:
        import resource  # noqa: PLC0415 - not there on Windows

        resource.setrlimit(resource.RLIMIT_CORE, before)


def _disable_core_dumps() -> CoreLimit:
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    return soft, hard
