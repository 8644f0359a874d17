"""What texts may show of secrets: addresses without them, and a command without their values.

A secret is the user info of an address, a value in its query unless it is harmless, and the value
of an option whose name says so. Environment variables that are only named are no secrets.
"""

import re
import shlex
from collections.abc import Sequence
from typing import Literal

__all__ = ["MASK", "Query", "masked", "masked_command", "names_secret", "split_user_info"]

Query = Literal["whole", "doubtful", "named"]

MASK = "***"

# Words and parts of words in the names of what is secret.
_WORDS = frozenset(
    (
        *("auth", "authorization", "bearer", "cookie", "cred", "creds", "jwt", "key", "keys"),
        *("pass", "passphrase", "pin", "pw", "pwd", "sas", "session", "sig"),
    )
)
_PARTS = (
    *("password", "passwd", "secret", "token", "credential", "signature"),
    *("apikey", "accesskey", "authkey"),
)

_VARIABLE = r"\$(?:\w+|\{[^{}]*\})"
_ONLY_VARIABLES = re.compile(rf"(?:{_VARIABLE}|:)*")
# What says which file is meant: ?view=true, ?resource=1406212, ?format=json.
_HARMLESS = re.compile(rf"true|false|[0-9]{{1,10}}|[a-z]{{1,5}}|(?:{_VARIABLE})+")

# Texts may come from an archive or a server, so no expression here takes more than linear time.

# An address ends at white space, which a password may hold. What closes a quote or a bracket around
# it counts as part of it.
_ADDRESS = re.compile(
    r"""(?P<scheme>(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*://)"""
    r"""(?P<rest>(?:[^/?#@:"'\n]{0,200}:[^/?#@"'\n]{0,200}@)?\S*)"""
)
_USER_INFO = re.compile(
    r"""(?P<info>[^/?#]*)@   # the last @ of the authority ends it
      | [^/?#@:]*:.*[^/]@    # or it holds a /, ? or # that nobody quoted; /@ is the way of npm
    """,
    re.VERBOSE,
)
_ITEM = re.compile(r"(?P<start>[?&;])(?P<name>[^=&;]*=)?(?P<value>[^&;]*)")
_CLOSING = "\"'`)]}>,.;:"
# Without a scheme: user:password@host, as of scp. A name such as histosys:alpha@SR is none, if what
# follows the @ has not the form of a host: with a dot, a port or a path, or this machine.
_OF_LIKELIHOODS = (
    *("histosys", "lumi", "normfactor", "normsys", "shapefactor", "shapesys", "staterror"),
    *("bin", "channel", "modifier", "parameter", "patch", "point", "region", "sample"),
)
_BARE_USER_INFO = re.compile(
    rf"""(?<![^\s'"=])
         (?!(?:{"|".join(_OF_LIKELIHOODS)}):[^\s/:@'"]{{1,200}}@(?!localhost\b)[\w-]+(?![\w-]|[.:/]\S))
         [^\s/:@'"=]{{1,200}}:[^\s/@'"]{{1,200}}@(?=\w)""",
    re.VERBOSE,
)

_OPTION = re.compile(r"(?P<name>-*[\w.-]+)=(?P<value>.*)", re.DOTALL)
# An item of a mapping in an argument, in YAML or JSON.
_NAME = re.compile(r"""(?<![\w.-])(?P<name>[\w.-]+)["']?\s*[:=]\s*""")
_VALUE = re.compile(r""""[^"]*"|'[^']*'|[^,{}\[\]"'\n]+""")


def masked(text: str, *, query: Query = "doubtful") -> str:
    """Return a text with the secrets of all addresses in it masked.

    Args:
        text: Any text, such as a message.
        query: What is masked in a query: the whole of it; each value but numbers, true, false and
            short words, if no name says that it is a secret; or only values that a name says are.

    >>> masked("no answer from https://me:swordfish@example.org/a.zip?view=true&token=e5a1f09c")
    'no answer from https://***@example.org/a.zip?view=true&token=***'
    """

    def address(match: re.Match[str]) -> str:
        return match["scheme"] + _masked_rest(match["rest"], query=query)

    return _BARE_USER_INFO.sub(f"{MASK}@", _ADDRESS.sub(address, text))


def split_user_info(address: str) -> tuple[str, str]:
    """Split an address into its user info, and all of it without.

    >>> split_user_info("https://me:swordfish@example.org/a.zip")
    ('me:swordfish', 'https://example.org/a.zip')
    """
    scheme, sign, rest = address.partition("://")
    found = _USER_INFO.match(rest) if sign else None
    if found is None:
        return "", address
    return rest[: found.end() - 1], f"{scheme}{sign}{rest[found.end() :]}"


def names_secret(name: str) -> bool:
    """Say whether something of this name is a secret.

    >>> names_secret("--storage-s3-secret-key"), names_secret("signal_xsec_uncertainty")
    (True, False)
    """
    spaced = re.sub("(?<=[a-z])(?=[A-Z])", " ", name)
    words = re.split(r"[^a-z0-9]+", spaced.lower())
    return not _WORDS.isdisjoint(words) or any(part in name.lower() for part in _PARTS)


def masked_command(arguments: Sequence[str]) -> str:
    """Return a command as a line for a shell, with the values of options masked that are secrets.

    >>> masked_command(["snakemake", "--my-token", "e5a1", "--config", "password=swordfish"])
    "snakemake --my-token '***' --config 'password=***'"
    """
    shown = []
    is_secret = False
    for argument in arguments:
        option = _OPTION.fullmatch(argument)
        if argument.startswith("-"):
            is_secret = option is None and names_secret(argument)
        if is_secret and not argument.startswith("-"):
            shown.append(MASK)
        elif option is not None and names_secret(option["name"]):
            shown.append(f"{option['name']}={MASK}")
        else:
            shown.append(masked(_with_masked_values(argument)))
    return shlex.join(shown)


def _with_masked_values(argument: str) -> str:
    """Mask the values in an argument whose names say that they are secret."""
    parts, end = [], 0
    for match in _NAME.finditer(argument):
        # It may be in a value that is masked, or a scheme.
        is_name = match.start() >= end and not argument.startswith("//", match.end())
        if is_name and names_secret(match["name"]):
            value = _VALUE.match(argument, match.end())
            parts += [argument[end : match.end()], MASK]
            end = value.end() if value else match.end()
    return "".join([*parts, argument[end:]])


def _masked_rest(rest: str, *, query: Query) -> str:
    """Mask what follows the scheme of an address."""
    if user := _USER_INFO.match(rest):
        info = user["info"]
        if info is None or not _ONLY_VARIABLES.fullmatch(info):
            rest = f"{MASK}@{rest[user.end() :]}"
    place, fragment_sign, fragment = rest.partition("#")
    place, query_sign, items = place.partition("?")
    if query_sign:
        # A `?` at the end of a sentence begins no query.
        whole = MASK if items else ""
        place += f"?{whole}" if query == "whole" else _masked_items(f"?{items}", query=query)
    if fragment_sign:
        place += f"#{MASK}" if fragment else "#"
    return place


def _masked_items(items: str, *, query: Query) -> str:
    """Mask values in a query, which begins with its question mark."""

    def item(match: re.Match[str]) -> str:
        name, value, end = match["name"] or "", match["value"], ""
        if not _HARMLESS.fullmatch(value):
            inner = value.rstrip(_CLOSING)
            value, end = inner, value[len(inner) :]
        secret = names_secret(name) and not value.startswith("$")
        if value and (secret or (query == "doubtful" and not _HARMLESS.fullmatch(value))):
            value = MASK
        return f"{match['start']}{name}{value}{end}"

    return _ITEM.sub(item, items)
