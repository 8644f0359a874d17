"""What all rules share: the checked configuration and what it asks for.

Reads   the configuration that Snakemake was given
Writes  nothing
"""

import os
from pathlib import Path

from fitscan.check.read import read_config
from fitscan.check.user_input import check_user_input
from fitscan.check.variables import check_variables
from fitscan.config.check import check_config
from fitscan.config.wanted import USER_TABLES, Wanted
from fitscan.executors import open_executor
from fitscan.figures import FIGURES
from fitscan.project_files import import_path, project_folder
from fitscan.rules import (
    analysis_of,
    check_path,
    check_project,
    code_of,
    contents,
    one_of,
    place_of,
    run_name,
    show_less,
    showing_user_errors,
    written_ns,
)
from fitscan.script_log import SUBMITTER

# Of the package, since in a module `workflow.basedir` is the folder of the parent.
PROJECT = project_folder()
PLACE = place_of(workflow)

if workflow.is_main_process:
    showing_user_errors(check_path)(PROJECT)
    showing_user_errors(check_project)()
    showing_user_errors(check_variables)()

# Scripts run in processes of their own, also in conda environments: they find the package here. They
# end with this process, whatever ends it.
os.environ[SUBMITTER] = str(os.getpid())
os.environ.update(
    PYTHONPATH=os.pathsep.join(
        filter(
            None,
            [str(import_path(Path(".snakemake/fitscan"))), os.getenv("PYTHONPATH")],
        )
    )
)

# For the record: with environment variables as they were written, and secrets masked.
WRITTEN = showing_user_errors(check_config)(config, expand=False)
config.update(showing_user_errors(check_config)(config))
config["run"] = run_name(config["run"], [] if PLACE.is_module else workflow.configfiles)
wanted = showing_user_errors(Wanted)(config, FIGURES)
if workflow.is_main_process:
    showing_user_errors(check_user_input)(
        wanted, on_disk=PLACE.on_disk, may_be_made=PLACE.is_module
    )
if workflow.is_main_process and not PLACE.is_module:
    showing_user_errors(read_config)([*map(Path, workflow.configfiles)])  # no key twice
    show_less(workflow.output_settings)
# What the executor can do; jobs enter one of their own.
EXECUTOR = showing_user_errors(open_executor)(
    config["executor"], folder=PROJECT / "config" / "executors"
).capabilities


def code(script):
    """Digest a script and all that it imports, when a job asks: an edit reruns its rule."""
    return code_of(PROJECT / "scripts" / f"{script}.py")


wildcard_constraints:
    analysis=one_of(wanted.analyses),
    combination=one_of(config["combinations"]),
    scan=one_of(config["scans"]),
    shard="[0-9a-f]{12}",
