"""A submission is valid, the same each time, and refused with the reason where it is not."""

import os
import tarfile

import pytest
import yaml
from matplotlib.figure import Figure

from fitscan.errors import FitscanError
from fitscan.hepdata import contour_tables, point_tables, write_archive, write_submission
from fitscan.hepdata.submission import check_submission

SCAN = {"mu_test": 1.0, "level": 0.95, "test_stat": "qtilde", "minima": "default"}
ODD = "'<b>$\\tilde{q}$: \"odd\" # name\n- {x: [1]}' é 中"


@pytest.fixture
def figure(tmp_path):
    path = tmp_path / "exclusion.png"
    Figure(figsize=(2, 1)).savefig(path)
    return path


@pytest.fixture
def write(tmp_path, results, exclusion, figure):
    """Write a submission into a new folder."""

    def write(about, name="hepdata"):
        folder = tmp_path / name
        folder.mkdir()
        points = point_tables(results, about, scan=SCAN)
        lines = contour_tables(exclusion, about, axes=["m1", "m2"], test_size=0.05)
        images = {table.name: figure for table in lines}
        write_submission(folder, [*points, *lines], about, images=images)
        return folder

    return write


def documents(folder):
    return list(yaml.safe_load_all((folder / "submission.yaml").read_text()))


def test_a_submission_has_a_file_for_each_table_and_its_image(write, about):
    folder = write(about())
    _, *tables = documents(folder)
    assert [table["name"] for table in tables][:4] == [
        *("CLs", "Upper limits", "Discovery", "Observed contour")
    ]
    assert {path.name for path in folder.iterdir()} == {
        *(table["data_file"] for table in tables),
        *("submission.yaml", "exclusion.png", "thumb_exclusion.png"),
    }
    resources = [table.get("additional_resources", []) for table in tables]
    assert [len(found) for found in resources] == [0, 0, 0, 2, 2, 2, 2]


def test_numbers_survive_the_way_through_the_file(write, about, results):
    folder = write(about())
    table = yaml.safe_load((folder / "cls.yaml").read_text())
    found = [entry["value"] for entry in table["dependent_variables"][0]["values"]]
    known = results["CLs_obs"].tolist()
    assert found[:2] + found[3:] == known[:2] + known[3:]


@pytest.mark.parametrize("digits", [None, 3])
def test_the_submission_of_a_choice_is_valid_and_names_parts(tmp_path, chosen, either, digits):
    """That it is valid is checked as it is written."""
    said = either(hepdata={"digits": digits}, cite={"paper": "A; B"})
    write_submission(tmp_path, point_tables(chosen, said, scan=SCAN), said, images={})
    header, first, *_ = documents(tmp_path)
    assert header["comment"].startswith("Reinterpretation of published likelihoods: either.")
    assert "The likelihoods were published in A; B." in header["comment"]
    assert ("3 significant digits" if digits else "all their digits") in header["comment"]
    assert first["description"].endswith("Parts: low (Low mass), high.")
    table = yaml.safe_load((tmp_path / "cls.yaml").read_text())
    assert [entry["value"] for entry in table["dependent_variables"][-1]["values"]] == [
        part if status == "ok" else "-"
        for part, status in zip(chosen["chosen"], chosen["status"], strict=True)
    ]


def test_names_with_odd_letters_are_text_and_no_markup(write, about):
    said = about(
        title=ODD,
        axis_titles={"m1": ODD},
        cite={"paper": ODD, "hepdata": ODD},
        hepdata={"phrases": [ODD], "reactions": [ODD], "units": {"m2": ODD}},
    )
    folder = write(said)
    header, first, *_ = documents(folder)
    assert ODD in header["comment"]
    assert "additional_resources" not in header
    assert {"name": "phrases", "values": [ODD]} in first["keywords"]
    table = yaml.safe_load((folder / "cls.yaml").read_text())
    assert [v["header"].get("name") for v in table["independent_variables"]] == [ODD, "m2"]


def test_the_header_names_the_record_and_states_no_licence_that_nobody_chose(write, about):
    header, *tables = documents(write(about(cite={"hepdata": "10.17182/hepdata.90607"})))
    assert header["related_to_hepdata_records"] == [90607]
    (resource,) = header["additional_resources"]
    assert resource["location"] == "https://doi.org/10.17182/hepdata.90607"
    assert all("data_license" not in document for document in (header, *tables))


def test_what_hepdata_refuses_is_an_error_that_names_the_file_and_the_reason(write, about):
    said = about(cite={"hepdata": "https://www.hepdata.net/" + "x" * 256})
    with pytest.raises(FitscanError, match=r"submission\.yaml is not valid for HEPData.*too long"):
        write(said)


@pytest.mark.parametrize(
    ("name", "key"), [("cls.yaml", "header"), ("observed_contour.yaml", "value")]
)
def test_a_table_that_is_not_valid_is_named(write, about, name, key):
    folder = write(about())
    content = (folder / name).read_text()
    (folder / name).write_text(content.replace(f"{key}:", "other:", 1))
    with pytest.raises(FitscanError, match=rf"^{name} is not valid for HEPData: .*{key}"):
        check_submission(folder)


def test_the_archive_has_the_same_bytes_whenever_it_is_written(write, about, tmp_path):
    archives = []
    for number, name in enumerate(("one", "other")):
        folder = write(about(), name)
        for path in folder.iterdir():
            os.utime(path, (number, number))
        write_archive(tmp_path / f"{name}.tar.gz", folder)
        archives.append((tmp_path / f"{name}.tar.gz").read_bytes())
    assert archives[0] == archives[1]
    with tarfile.open(tmp_path / "one.tar.gz") as archive:
        assert archive.getnames() == sorted(path.name for path in folder.iterdir())
        entry = archive.getmember("submission.yaml")
    assert (entry.mtime, entry.uid, entry.mode) == (0, 0, 0o644)


@pytest.mark.parametrize("title", [None, ODD, "a " * 60, "~", "-", "1e3"])
def test_files_are_those_that_hepdata_lib_writes(write, about, tmp_path, results, title):
    """Ours come from libyaml, since its own take four seconds for 10,000 points."""
    hepdata = {
        "phrases": [title or "susy"],
        "sqrt_s_GeV": 13000.0,
        "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
    }
    said = about(title=title, axis_titles={"m1": title or "m1"}, hepdata=hepdata)
    folder, other = write(said), tmp_path / "other"
    other.mkdir()
    tables = point_tables(results, said, scan=SCAN)
    for table in tables:
        table.write_yaml(str(other))
    written = (folder / "submission.yaml").read_text()
    for part in (other / "submission.yaml").read_text().split("---\n")[1:]:
        assert f"---\n{part}" in written
    for table in tables:
        name = f"{table.name.lower().replace(' ', '_')}.yaml"
        assert (folder / name).read_bytes() == (other / name).read_bytes()


def test_a_picture_that_was_cut_short_is_named(write, about, figure):
    """Was a traceback at every start, until somebody found the file."""
    os.truncate(figure, figure.stat().st_size // 2)
    with pytest.raises(FitscanError, match=r"exclusion\.png is damaged: .*Hint: delete it"):
        write(about())
