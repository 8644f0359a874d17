"""A file that is opened later does not get the number of a stream that was closed."""

import subprocess
import sys

PROGRAM = """
from fitscan.cli.standard_streams import open_standard_streams
open_standard_streams()
with open("later") as file:
    raise SystemExit(file.fileno() < 3)
"""


def test_a_later_file_is_no_standard_stream(tmp_path):
    (tmp_path / "later").touch()
    (tmp_path / "program.py").write_text(PROGRAM)
    shell = f"{sys.executable} program.py <&- >&- 2>&-"
    assert subprocess.run(shell, shell=True, cwd=tmp_path, check=False).returncode == 0
    broken = f"{sys.executable} -c 'raise SystemExit(open(\"later\").fileno() < 3)' <&- >&- 2>&-"
    assert subprocess.run(broken, shell=True, cwd=tmp_path, check=False).returncode == 1
