"""Where an archive is: an address that may hold a secret, which its text forms never show.

Takes what the configuration has for ``archive``: a path, a URL or a DOI, with environment variables
for what must not be written there. Variables are filled in when the address is used, so that no
file holds what they hold.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, unquote

from fitscan.errors import ConfigError
from fitscan.masking import MASK, Query, masked, split_user_info

__all__ = ["Address", "expand_path", "is_remote"]

_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^{}]*)\})")
# Of an address, or of a relative one as libraries show it.
_QUERY = re.compile(r"(?<=\S)\?[^\s'\"?][^\s'\"]*")
_SHORTEST = 4  # shorter parts of secrets are parts of many words


def is_remote(source: str) -> bool:
    """Say whether a source is a URL or a DOI, and not a path.

    >>> is_remote("10.17182/hepdata.90607.v3/r3"), is_remote("likelihoods/1Lbb.tar.gz")
    (True, False)
    """
    return "://" in source or _DOI.fullmatch(source.strip()) is not None


def expand_path(path: str, *, where: str) -> str:
    """Fill environment variables and ``~`` into ``path``; ``where`` names the key in errors.

    Raises:
        ConfigError: A variable is not set.
    """
    expanded = os.path.expanduser(os.path.expandvars(path))
    # What a variable holds may have a $ in it, such as a password.
    if "$" in _VARIABLE.sub(_nothing_if_set, path) or not expanded:
        raise ConfigError(
            f"{where} uses an environment variable that is not set or empty",
            value=masked(path),
            hint="set it, or write the full path",
        )
    return expanded


@dataclass(frozen=True, repr=False)
class Address:
    """The address of an archive, as the configuration has it.

    ``str`` gives it for messages: variables as they are written, without user info and query.

    Attributes:
        written: All of it; never to be shown.
        where: The key of the configuration, for errors.
    """

    written: str
    where: str = "archive"

    @classmethod
    def of(cls, given: "str | Address | None", *, where: str = "archive") -> Self | None:
        """Return an address as such."""
        return given if given is None or isinstance(given, cls) else cls(str(given), where)

    @property
    def filled(self) -> str:
        """All of it, with environment variables filled in; to be used, and never to be shown.

        Raises:
            ConfigError: A variable is not set.
        """
        return expand_path(self.written, where=self.where)

    @property
    def is_remote(self) -> bool:
        """Whether it is a URL or a DOI, and not a path."""
        return is_remote(self.filled)

    @property
    def recorded(self) -> str:
        """What a record of the run holds: all of it as it is written, with secrets masked."""
        return self._shown(query="doubtful")

    def __str__(self) -> str:
        return self._shown(query="whole")

    def __repr__(self) -> str:
        # Snakemake keeps this of the parameters of a job, and runs it again when it changes.
        return f"Address({str(self)!r}, {self.digest[:12]})"

    @property
    def doi(self) -> str | None:
        """The DOI, if it is one."""
        found = _DOI.fullmatch(self.filled.strip())
        return found and found[1]

    @property
    def digest(self) -> str:
        """A digest of what is at the address: the same for all spellings of a DOI, and all users.

        It covers the query, which may name a file; without a query it is of no secret.
        """
        where = self.doi or split_user_info(self.filled.strip())[1]
        return hashlib.sha256(where.encode()).hexdigest()

    def url(self, doi_resolver: str) -> str | None:
        """Return the http or https URL that it stands for, to be used; None if there is none."""
        if self.doi is not None:
            return doi_resolver.rstrip("/") + "/" + quote(self.doi, safe="/:;()")
        url = self.filled.strip()
        return url if re.match("https?://[^/]", url, re.IGNORECASE) else None

    def masked_in(self, text: str) -> str:
        """Return a text of somebody else, such as a library's error, without what is secret here.

        Queries of all addresses are masked, since a server may lead to one that holds a signature.
        """
        for secret in sorted(self._secrets(), key=len, reverse=True):
            text = text.replace(secret, MASK)
        return _QUERY.sub(f"?{MASK}", masked(text, query="whole"))

    def _shown(self, *, query: Query) -> str:
        text = self.written.strip()
        scheme, sign, rest = text.partition("://")
        if sign and re.search(r"[\s\"']", rest):  # where a text with this address in it would end
            return f"{scheme}://{MASK}"
        return masked(text, query=query)

    def _secrets(self) -> set[str]:
        """List the parts of the filled address that must not be shown, as they may be spelled."""
        info, rest = split_user_info(self.filled.strip())
        query = rest.partition("?")[2]
        parts = {info, *re.split("[:/?#@]", info), query, *re.split("[&;=]", query)}
        parts |= {os.environ.get(a or b, "") for a, b in _VARIABLE.findall(self.written)}
        spellings = {spell(part) for part in parts for spell in (str, str.lower, unquote, quote)}
        return {part for part in spellings if len(part) >= _SHORTEST}


def _nothing_if_set(variable: re.Match[str]) -> str:
    return "" if (variable[1] or variable[2]) in os.environ else variable[0]
