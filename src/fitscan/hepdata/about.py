"""What a submission says of its numbers beside them: axes with units, qualifiers, keywords, links.

Takes the part of the checked configuration about one analysis; what it leaves out is left out here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hepdata_lib import Table, Variable

from fitscan.hepdata.rounding import EXACT

__all__ = ["About"]

_UNIT = re.compile(r"^(?P<title>.*\S)\s*\[(?P<unit>[^\[\]]+)\]$")
_RECORD = re.compile(r"\b10\.17182/hepdata\.(?P<record>[1-9]\d*)")
_DOI = re.compile(
    r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(?P<doi>10\.\d{4,9}/\S+)$", re.IGNORECASE
)


@dataclass(frozen=True)
class About:
    """What is common to all tables of a submission.

    Attributes:
        name: Name of the analysis, its title if it has no other.
        settings: See ``fitscan.config.wanted.Wanted.submission_settings``.
    """

    name: str
    settings: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The title of the analysis."""
        return self.settings["title"] or self.name

    @property
    def paper(self) -> str | None:
        """The publication of the likelihood, as one line of text."""
        paper: str | None = self.settings["cite"]["paper"]
        return paper

    @property
    def digits(self) -> int | None:
        """Significant digits of the numbers; None if they have all."""
        digits: int | None = self.settings["hepdata"]["digits"]
        return digits

    @property
    def combined(self) -> str:
        """How several analyses were put together, as a sentence; nothing of a single one."""
        parts = self.settings.get("parts") or {}
        named = ", ".join(f"{part} ({title})" if title else part for part, title in parts.items())
        return {
            None: "",
            "statistical": f"Statistical combination, with one signal strength, of {named}.",
            "best_expected": "Each point is taken from the part with the smallest expected CLs;"
            f" this is not a statistical combination. Parts: {named}.",
        }[self.settings.get("how")]

    @property
    def slice(self) -> Mapping[str, float | str]:
        """The values of labels that all points of the figures have."""
        part: Mapping[str, float | str] = self.settings.get("slice") or {}
        return part

    @property
    def link(self) -> str | None:
        """The address of the likelihood's record; None without one that can be followed."""
        text = self.settings["cite"]["hepdata"] or ""
        doi = _DOI.match(text)
        if doi:
            return f"https://doi.org/{doi['doi']}"
        return text if re.match(r"^https?://\S+$", text) else None

    @property
    def related(self) -> list[int]:
        """The related HEPData records: those configured, else the one in the likelihood's DOI.

        A DOI of HEPData ends in the number of its record.
        """
        configured = self.settings["hepdata"]["related"]
        if configured is not None:
            return [int(record) for record in configured]
        found = _RECORD.search(self.settings["cite"]["hepdata"] or "")
        return [int(found["record"])] if found else []

    def axis(self, label: str, *, values: Sequence[float | str], independent: bool) -> Variable:
        """Return a dimension of the grid as a variable.

        Its unit is the configured one, or stands in brackets at the end of the title of the axis.

        Args:
            label: The label of the grid.
            values: Its values, a row each.
            independent: Whether it is one of the independent variables of its table.
        """
        title = self.settings["axis_titles"].get(label, label)
        split = _UNIT.match(title)
        title, unit = (split["title"], split["unit"]) if split else (title, "")
        unit = self.settings["hepdata"]["units"].get(label, unit)
        return variable(title, values, unit=unit, independent=independent)

    def qualify(self, dependent: Variable, *more: tuple[str, str | float, str]) -> Variable:
        """Give a dependent variable its qualifiers.

        Args:
            dependent: The variable.
            more: Name, value and unit of qualifiers of its own.
        """
        hepdata = self.settings["hepdata"]
        for reaction in hepdata["reactions"]:
            dependent.add_qualifier("RE", reaction)
        if hepdata["sqrt_s_GeV"] is not None:
            dependent.add_qualifier("SQRT(S)", hepdata["sqrt_s_GeV"], "GeV")
        if hepdata["luminosity_fb"] is not None:
            dependent.add_qualifier("LUMINOSITY", hepdata["luminosity_fb"], "fb$^{-1}$")
        for name, value, unit in more:
            dependent.add_qualifier(name, value, unit)
        return dependent

    def table(self, name: str, *, description: str, location: str) -> Table:
        """Return an empty table with the keywords and the licence of the submission.

        Args:
            name: Its name, of letters, digits, spaces and what else a file may be called.
            description: What is in it. How a combination was made is added.
            location: Where its numbers come from.
        """
        hepdata = self.settings["hepdata"]
        table = Table(name)
        table.description = " ".join(filter(None, [description, self.combined]))
        table.location = location
        for keyword in ("reactions", "observables", "phrases"):
            if hepdata[keyword]:
                table.keywords[keyword] = list(hepdata[keyword])
        if hepdata["sqrt_s_GeV"] is not None:
            table.keywords["cmenergies"] = [hepdata["sqrt_s_GeV"]]
        if hepdata["license"] is not None:
            table.add_data_license(**hepdata["license"])
        return table


def variable(
    name: str, values: Sequence[float | str], *, unit: str = "", independent: bool = False
) -> Variable:
    """Return a column of a table, whose numbers keep all digits that they have.

    hepdata_lib would round them to 5.
    """
    made = Variable(
        name,
        is_independent=independent,
        is_binned=False,
        units=unit,
        values=values,
        zero_uncertainties_warning=False,
    )
    made.digits = EXACT
    return made
