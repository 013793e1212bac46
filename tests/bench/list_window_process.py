"""Type into the search of the real window, and scroll its list, with a clock; run as a program."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from tests.bench.input_times import write_input_times
from twauth_gui.app import make_application, open_window
from twauth_gui.gui.accounts.account_list_view import AccountListView
from twauth_gui.gui.accounts.search_field import SearchField
from twauth_gui.gui.theme.look import Look
from twauth_gui.services.app_paths import find_app_paths
from twauth_gui.services.container import open_services
from twauth_gui.services.vault_service import make_keychain_vault

_SETTLE_MS = 1500


def main(directory: str) -> int:
    app = make_application()
    look = Look(app)
    look.apply()
    services = open_services(find_app_paths(Path(directory)), make_keychain_vault())
    window = open_window(services, look)

    def measure() -> None:
        view, field = window.findChild(AccountListView), window.findChild(SearchField)
        assert view is not None
        assert field is not None
        write_input_times(field, field.clear_query, view)

    window.ready.connect(lambda: QTimer.singleShot(_SETTLE_MS, window, measure))
    code = app.exec()
    window.close()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
