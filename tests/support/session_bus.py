"""The configuration of a session bus that knows only its own services."""

from __future__ import annotations

from pathlib import Path

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  {services}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
"""


def write_config(folder: Path, *, services: bool) -> tuple[Path, str]:
    """Write the bus's configuration; return its path and the address it will listen at.

    With services, programs installed on this machine start when called, as in a real session: the
    keychain's prompter, a keychain that was killed. Without, nothing starts by itself, so that a
    machine without a keychain can be had.
    """
    socket = folder / "bus"
    entry = "<standard_session_servicedirs/>" if services else ""
    path = folder / "session.conf"
    path.write_text(CONFIG.format(socket=socket, services=entry), "utf-8")
    return path, f"unix:path={socket}"
