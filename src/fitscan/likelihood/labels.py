"""Labels of a grid as columns of tables: each has a name of its own, and values of one type."""

from dataclasses import replace

from fitscan.columns import RESERVED
from fitscan.errors import LikelihoodError
from fitscan.likelihood.patches import Patches

__all__ = ["labels_as_columns"]


def labels_as_columns(patches: Patches) -> Patches:
    """Return patches; each label has numbers only, or text only.

    Where a label has text for some points, the numbers of the others are text as well.

    Raises:
        LikelihoodError: Two labels have the same name, or one has that of a column of the tables.
    """
    for label in patches.labels:
        if patches.labels.count(label) > 1:
            raise LikelihoodError(
                "the grid has two labels of the same name",
                value=label,
                hint="rename one of them in the patchset",
            )
        if label in RESERVED:
            raise LikelihoodError(
                "a label of the grid has the name of a column of the tables",
                value=label,
                hint="rename the label in the patchset or in the pattern of patches",
            )
    columns = zip(*(patch.values for patch in patches.patches), strict=True)
    text = [any(isinstance(value, str) for value in column) for column in columns]
    if not any(text):
        return patches
    even = []
    for patch in patches.patches:
        pairs = zip(patch.values, text, strict=True)
        values = tuple(_text(value) if is_text else value for value, is_text in pairs)
        even.append(replace(patch, values=values))
    return replace(patches, patches=tuple(even))


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"
