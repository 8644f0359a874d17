"""Passwords and tokens of addresses enter no file that a run writes, and nothing that it prints."""

import http.server
import io
import json
import tarfile
import threading
from pathlib import Path

import pytest
import yaml
from project import Project, make_project

# What a run begins with; all else it writes.
GIVEN = ("config.yaml", "Snakefile", "CITATION.cff")
GIVEN_FOLDERS = ("workflow", "profiles", "scripts", "src", "envs", "config", "plane", "line")

# Where a secret may stand: in user info, path and query, written out, filled in, or in the command.
SECRETS = {
    "user": "Rose1user1Rose",
    "query": "Lily2query2Lily",
    "filled_password": "Aster3filled3Aster",
    "filled_path": "Tulip4path4Tulip",
    "filled_query": "Daisy5query5Daisy",
    "command": "Poppy6command6Poppy",
    "citation": "Lilac7citation7Lilac",
}


class Server(http.server.ThreadingHTTPServer):
    """Gives one archive at every address, to whom it knows."""

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.asked: list[str] = []


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.headers['Authorization']} {self.path}")
        if self.path.startswith("/refused"):
            self.send_response(302)
            self.send_header("Location", f"/gone?X-Amz-Signature={SECRETS['query']}")
            self.end_headers()
            return
        self.send_response(404 if self.path.startswith("/gone") else 200)
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(tiny):
    workspace = tiny.workspace(4)
    files = {"w.json": workspace, "p.json": tiny.patchset([(100, 0), (200, 0)], workspace)}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, document in files.items():
            content = json.dumps(document).encode()
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    with Server(packed.getvalue()) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def address(server: Server, path: str) -> str:
    s, host = SECRETS, f"127.0.0.1:{server.server_port}"
    return (
        f"http://{s['user']}:$FS_PASSWORD@{host}{path}?view=true&t={s['query']}&sig=${{FS_QUERY}}"
    )


@pytest.fixture
def project(tmp_path: Path, project_folder: Path, tiny, server) -> Project:
    """A project with a secret in each place; the variables are in its environment."""
    project = make_project(tmp_path, project_folder, tiny)
    project.environment = {
        "FS_PASSWORD": SECRETS["filled_password"],
        "FS_PATH": SECRETS["filled_path"],
        "FS_QUERY": SECRETS["filled_query"],
    }
    analysis = {
        "archive": address(server, "/$FS_PATH/a.tgz"),
        "workspace": "w.json",
        "patches": "p.json",
        "cite": {"hepdata": f"https://me:{SECRETS['citation']}@example.org/record"},
    }
    config = {"analyses": {"tiny": analysis}, "figures": {"draw": []}, "audit": {"points": 0}}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    return project


def shown(project: Project, printed: str) -> set[str]:
    """Return which secrets stand in what a run printed or wrote, and where."""
    contents = {"printed": printed.encode()}
    for path in project.folder.rglob("*"):
        inside = path.relative_to(project.folder)
        if path.is_file() and inside.parts[0] not in (*GIVEN, *GIVEN_FOLDERS):
            contents[f"{inside} (its name)"] = str(inside).encode()
            contents[str(inside)] = path.read_bytes()
    for name, content in contents.items():
        # Snakemake logs its command before it reads the Snakefile.
        lines = content.split(b"\n")
        contents[name] = b"\n".join(x for x in lines if not x.startswith(b"  Command: "))
    assert any(name.startswith(".snakemake/log/") for name in contents)
    assert any(name.startswith(".snakemake/metadata") for name in contents)
    return {
        f"{place} in {name}"
        for name, content in contents.items()
        for place, secret in SECRETS.items()
        if secret.encode() in content
    }


def test_secrets_enter_nothing_that_a_run_writes(project, server):
    """Was a bug: they were in points.json, logs, names of files, messages, report and record."""
    paper = f"see https://example.org/paper?token={SECRETS['command']}"
    option = f"analyses={json.dumps({'tiny': {'cite': {'paper': paper}}})}"
    printed = project.run("--config", option)
    assert shown(project, printed) == set()
    # They were used.
    for place in ("query", "filled_path", "filled_query"):
        assert SECRETS[place] in server.asked[0]
    assert server.asked[0].startswith("Basic ")
    record = json.loads((project.folder / "results/provenance.json").read_text())
    host = f"127.0.0.1:{server.server_port}"
    recorded = f"http://***@{host}/$FS_PATH/a.tgz?view=true&t=***&sig=${{FS_QUERY}}"
    assert record["inputs"]["tiny"]["archive"] == recorded
    assert record["configuration"]["analyses"]["tiny"]["archive"] == recorded
    assert "paper?token=***" in record["run"]["command"]
    assert "http://***@" in (project.folder / "results/report.html").read_text()
    assert project.jobs("--config", option) == {}


def test_secrets_are_in_no_message_of_a_failed_download(project, server):
    config = yaml.safe_load((project.folder / "config.yaml").read_text())
    config["analyses"]["tiny"]["archive"] = address(server, "/refused/$FS_PATH")
    (project.folder / "config.yaml").write_text(yaml.safe_dump(config))
    printed = project.run(fails=True)
    assert "404" in printed
    assert "http://***@" in printed
    assert shown(project, printed) == set()
