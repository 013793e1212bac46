"""Reader of the YAML file that twurl, t and x-cli share."""

from __future__ import annotations

from twauth_gui.transfer.credential_formats import Field
from twauth_gui.transfer.found_credentials import FoundCredentials
from twauth_gui.transfer.tools.yamltext import branch, branches, load_tree

_NAMES = {
    Field.API_KEY: "consumer_key",
    Field.API_SECRET: "consumer_secret",
    Field.ACCESS_TOKEN: "token",
    Field.ACCESS_SECRET: "secret",
}
_NOBODY = "authorized_user"  # what t writes before it knows the name


def read_rcfile(text: str, harvest: FoundCredentials) -> None:
    """Take every profile: profiles.NAME.CONSUMER_KEY (lib/twurl/rcfile.rb, lib/t/rcfile.rb).

    Raises:
        NotLoadedError: it is not YAML.
    """
    tree = load_tree(text, harvest.cancel)
    bearers = branch(tree, "bearer_tokens")
    for name, keys in branches(branch(tree, "profiles")):
        for consumer_key, profile in branches(keys):
            values: dict[Field, object] = {
                place: profile.get(known) for place, known in _NAMES.items()
            }
            values[Field.API_KEY] = profile.get("consumer_key") or consumer_key
            bearer = profile.get("bearer_token") or bearers.get(consumer_key)
            values[Field.BEARER_TOKEN] = bearer
            handle = profile.get("username") or name
            harvest.take(values, what=f"profile {name}", handle="" if handle == _NOBODY else handle)
