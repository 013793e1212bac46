"""The one style sheet, filled with a theme."""

from __future__ import annotations

from dataclasses import fields
from string import Template

from twauth_gui.gui.assets import asset
from twauth_gui.gui.theme.measure import Type, control_height, fit, type_font
from twauth_gui.gui.theme.tokens import Theme

_BORDERS = 2


def style_sheet(theme: Theme) -> str:
    """Fill the template with the theme's colours, type sizes in points, heights in pixels.

    Raises:
        KeyError: the template names something that is not there.
    """
    values = {
        field.name: value
        for field in fields(theme)
        if isinstance(value := getattr(theme, field.name), str)
    }
    values["pt_small"] = f"{type_font(Type.SMALL).pointSizeF():g}"
    height = control_height()
    values["control"] = str(height - _BORDERS)
    values["control_focus"] = str(height - 2 * _BORDERS)
    values["control_pin"] = str(fit(48, Type.HEADING) - 2 * _BORDERS)
    template = asset("themes", "twauth.qss").read_text(encoding="utf-8")
    return Template(template).substitute(values)
