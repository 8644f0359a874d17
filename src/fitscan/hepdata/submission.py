"""A submission as a folder and as an archive to upload, checked as HEPData will check it."""

import gzip
import io
import tarfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import hepdata_validator
import yaml
from hepdata_lib import Table
from hepdata_validator.full_submission_validator import FullSubmissionValidator
from PIL import Image
from yaml.representer import SafeRepresenter

import fitscan
from fitscan.errors import FitscanError
from fitscan.files import replacing
from fitscan.garbage import collection_paused
from fitscan.hepdata.about import About

__all__ = ["CHECKED_BY", "check_submission", "write_archive", "write_submission"]

CHECKED_BY = (
    f"hepdata-validator {hepdata_validator.__version__},"
    f" schema {hepdata_validator.LATEST_SCHEMA_VERSION}"
)

# Pixels, as hepdata_lib has them.
_THUMBNAIL = (240, 179)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes YAML as hepdata_lib does, by libyaml where it is there: in a third of the time."""


_Dumper.add_representer(defaultdict, SafeRepresenter.represent_dict)  # values of hepdata_lib


@collection_paused()
def write_submission(
    folder: Path, tables: Sequence[Table], about: About, *, images: Mapping[str, Path]
) -> None:
    """Write a submission into an empty folder and check it.

    Args:
        folder: The folder: submission.yaml, a file for each table, and images.
        tables: The tables, whose names differ.
        about: What goes beside the numbers.
        images: Figures of the tables by the name of the table, as PNG.

    Raises:
        FitscanError: The folder is not what HEPData takes.
    """
    for table in tables:
        if table.name in images:
            _add_image(folder, table, images[table.name])
    header = yaml.safe_dump(_header(about), explicit_start=True, sort_keys=True)
    (folder / "submission.yaml").write_text(header, "utf-8")
    for table in tables:
        _write_table(folder, table)
    check_submission(folder)


@collection_paused()
def check_submission(folder: Path) -> None:
    """Check a folder as HEPData does.

    Raises:
        FitscanError: It is not valid; names the first file at fault and says why.
    """
    validator = FullSubmissionValidator(autoload_remote_schemas=False)
    if validator.validate(directory=str(folder)):
        return
    for file, messages in validator.get_messages().items():
        # The first only says that there are others, where there are.
        reason = str((messages[1:] or messages)[0].message).replace(f"{folder}/", "")
        raise FitscanError(
            f"{Path(file).name} is not valid for HEPData: {reason[:400]}",
            hint=f"see `hepdata` of the analysis; checked by {CHECKED_BY}",
        )
    raise FitscanError("the submission is not valid for HEPData", value=str(folder))


def write_archive(path: Path, folder: Path) -> None:
    """Pack the files of a folder; the same content gives the same bytes at any time."""
    with (
        replacing(path) as temporary,
        temporary.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member in sorted(folder.iterdir()):
            entry = tarfile.TarInfo(member.name)
            entry.size = member.stat().st_size
            with member.open("rb") as content:
                archive.addfile(entry, content)


def _header(about: About) -> dict[str, Any]:
    """Return what concerns the whole submission.

    Not written by hepdata_lib, which would state a licence that nobody chose.
    """
    what, published = (
        ("published likelihoods", "The likelihoods were")
        if about.combined
        else ("a published likelihood", "The likelihood was")
    )
    digits = "all their digits" if about.digits is None else f"{about.digits} significant digits"
    rounded = "" if about.digits is None else ", and more where the descriptions say so"
    comment = [
        f"Reinterpretation of {what}: {about.title}.",
        f"{published} published in {about.paper}." if about.paper else "",
        f"The numbers were calculated by fitscan {fitscan.__version__} and have {digits}{rounded}.",
    ]
    header: dict[str, Any] = {"comment": " ".join(filter(None, comment))}
    if about.link:
        header["additional_resources"] = [
            {"location": about.link, "description": "Record of the likelihood"}
        ]
    if about.related:
        header["related_to_hepdata_records"] = about.related
    return header


def _write_table(folder: Path, table: Table) -> None:
    """Write the file of a table, and add its part to submission.yaml.

    The same bytes as ``Table.write_yaml`` of hepdata_lib, which writes in Python, word by word.
    """
    content: dict[str, list[Any]] = {"independent_variables": [], "dependent_variables": []}
    for variable in table.variables:
        kind = "independent_variables" if variable.is_independent else "dependent_variables"
        content[kind].append(variable.make_dict())
    name = f"{table.name.lower().replace(' ', '_')}.yaml"
    (folder / name).write_text(_yaml(content), "utf-8")
    about = {
        "name": table.name,
        "description": table.description,
        "location": table.location,
        "data_file": name,
        "keywords": [{"name": name, "values": values} for name, values in table.keywords.items()],
    }
    if table.additional_resources:
        about["additional_resources"] = table.additional_resources
    if table.data_license:
        about["data_license"] = table.data_license
    with (folder / "submission.yaml").open("a", encoding="utf-8") as file:
        file.write(_yaml(about, explicit_start=True))


def _yaml(document: Any, *, explicit_start: bool = False) -> str:
    text: str = yaml.dump(
        document, Dumper=_Dumper, default_flow_style=False, explicit_start=explicit_start
    )
    return text


def _add_image(folder: Path, table: Table, image: Path) -> None:
    """Add a figure and its thumbnail to a table.

    hepdata_lib has ImageMagick convert figures, and leaves them out where that is not installed.
    Ours are PNG already.
    """
    small = f"thumb_{image.name}"
    (folder / image.name).write_bytes(image.read_bytes())
    thumbnail = io.BytesIO()
    try:
        with Image.open(image) as picture:
            picture.thumbnail(_THUMBNAIL)
            picture.save(thumbnail, "PNG")
    except (OSError, SyntaxError) as error:  # what Pillow raises of a file that was cut short
        raise FitscanError(
            f"{image} is damaged", value=str(error), hint="delete it: the next start draws it again"
        ) from None
    (folder / small).write_bytes(thumbnail.getvalue())
    table.add_additional_resource("Image file", image.name)
    table.add_additional_resource("Thumbnail image file", small)
