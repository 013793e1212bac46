"""The palette: one field that finds accounts, apps, actions, settings, presets and places."""
