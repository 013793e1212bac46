"""Words and names of programming languages that say what a literal is."""

from __future__ import annotations

import re

from twauth_gui.transfer.reader.line_values import split_names

NO_KEYS = split_names("""
    else try finally default do then case return if elif while for in and or not is switch
    lambda public private protected export
""")
CONSTANTS = {
    "none": "", "null": "", "nil": "", "undefined": "", "true": "true", "false": "false", "na": "",
}  # fmt: skip
DEFINITIONS = frozenset({"define", "set", "setq", "def", "variable"})
TYPES = split_names("""
    string str text varchar &str std::string qstring nsstring any auto char var let
""")
BLOCK_WORDS = split_names("""
    class export default func function struct namespace object module interface do static
    public private final return else try finally const enum extends implements begin
""")
BLOCK_LANGUAGES = frozenset({"hcl", "hocon", "json5", "generic"})
AFTER_NAME = frozenset({"PROGMEM", "ICACHE_RODATA_ATTR"})
# Calls that only build what is in their brackets.
CONTAINERS = split_names("""
    array dict list c map hash tuple object set vec struct mapof map.of list.of arrayof
    listof hashmap ordereddict to data.frame named_list
""")
# Calls whose value is that of their argument.
WRAPPERS = split_names("""
    str string f secret secretstr pstr bytes some of from optional.of qstring trim strip ok
    std::string string::from string.from tostring as.character charsequence
    flashstringhelper qstringliteral nsstring just text
""")
SAME_METHODS = split_names("""
    strip trim encode decode freeze to_string to_owned into tostring to_s chomp intern
    as_str to_str
""")
# Calls that read a value from elsewhere, by the name in their first argument.
READERS = split_names("""
    getenv env config environ get fetch getenvironmentvariable var secret secrets getsecret
    getproperty getstring get_secret getparameter lookup lookupenv require input prompt
    keyring get_password getpass variable option get_option setting get_setting variable_get
    sys.getenv readline load open getvalue item env_var getorelse defined isset has exists
    get_env function_exists fetch_env
""")
SETTERS = split_names("""
    define setenv set put setproperty setenvironmentvariable add setstring putstring
    set_option update_option add_option variable_set setdefault insert store save write
    append setitem putextra with defconst def defvar register buildconfigfield addproperty
    setvalue setattribute setparameter putenv
""")

_NAME_LIKE = re.compile(r"[A-Za-z_@$][A-Za-z0-9_.\-/ ]{0,79}")
_CREDENTIAL_LIKE = re.compile(r"(?=[^0-9]*[0-9])(?=[^a-z]*[a-z])[A-Za-z0-9]{18,}")
_SCOPE = re.compile(r"^\$(?:env|script|global|local):", re.IGNORECASE)
_SEGMENTS = re.compile(r"\.|::|->|\\")


def is_name_like(text: str) -> bool:
    """Whether a string may be the name of a value, rather than the value."""
    return _NAME_LIKE.fullmatch(text) is not None and not _CREDENTIAL_LIKE.fullmatch(text)


def plain_name(name: str) -> str:
    """Return a name without the signs that a language puts around it."""
    if name.isidentifier():
        return name
    return _SCOPE.sub("", name, count=1).lstrip("$@%&:").rstrip("?!")


def last_segment(name: str) -> str:
    """Return the last part of a function's name, in lower case."""
    return name.lower() if name.isidentifier() else _SEGMENTS.split(name)[-1].lower()
