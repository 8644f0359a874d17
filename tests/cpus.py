"""Run the engine's tests as on other kinds of CPU: ``python tests/cpus.py generic haswell host``.

Takes names of CPUs (all of ``CPUS`` by default), and after ``--`` what is for pytest (the tests of
fits by default). Each CPU gets machine code of its own, made anew. A CPU whose instructions this
machine lacks is left out, with a line that says so. The exit status is 1 if tests failed on any.
"""

import os
import subprocess
import sys
import tempfile

from fitscan.machine import HOST, lacking, variables

CPUS = ("generic", "haswell", HOST)
TESTS = ("tests/unit/engines", "tests/reference")


def passed(cpu: str, arguments: list[str]) -> bool:
    """Tell whether tests pass on a CPU."""
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | variables(cpu) | {"FITSCAN_CACHE": cache}
        command = [sys.executable, "-m", "pytest", "-q", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode == 0


def main() -> None:
    """Run the tests for each CPU."""
    cpus, _, arguments = " ".join(sys.argv[1:]).partition("--")
    failed = []
    for cpu in cpus.split() or CPUS:
        if missing := lacking(cpu):
            print(f"{cpu}: left out, since this machine lacks {', '.join(missing)}", flush=True)
            continue
        print(f"Kernels compiled for {cpu}:", flush=True)
        if not passed(cpu, arguments.split() or list(TESTS)):
            failed.append(cpu)
    if failed:
        sys.exit(f"tests failed with kernels compiled for: {', '.join(failed)}")


if __name__ == "__main__":
    main()
