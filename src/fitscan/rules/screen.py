"""What a run says on the screen: one line for each job that has ended, in place of its files.

Snakemake's log has all the rest; its path is one of the last lines. With `-p` or `--verbose`, and
in a dry run, the screen shows what Snakemake shows.
"""

import logging
import re

from snakemake.logging import logger
from snakemake.settings.types import OutputSettings
from snakemake_interface_logger_plugins.common import LogEvent

__all__ = ["show_less"]

# Said at each start or for each job, and no news to a physicist.
_ROUTINE = re.compile(
    r"Select jobs to execute\.\.\.|Execute \d+ jobs\.\.\.|Updating checkpoint dependencies\."
    r"|Using shell: .*|Provided cores: .*|Rules claiming more threads will be scaled down\."
    r"|Conda environments: ignored|Assuming unrestricted shared filesystem usage\.|host: .*"
    r"|Building DAG of jobs\.\.\.|DAG of jobs will be updated after completion\."
    r"|Using workflow specific profile .*"
)
_HIDDEN = {LogEvent.JOB_INFO, LogEvent.JOB_FINISHED, LogEvent.RUN_INFO, LogEvent.WORKFLOW_STARTED}
# Their progress is told by points; and the target, which does nothing.
_SILENT = {"fit_shard", "all"}


def show_less(settings: OutputSettings) -> None:
    """Make the screen of this process short, if nobody wants more; its log stays as it is.

    Args:
        settings: What the command line says of the output.
    """
    if settings.dryrun or settings.printshellcmds or settings.verbose:
        return
    for handler in logger.handlers:
        if handler.name == "DefaultStreamHandler":
            brief = _Brief(handler.formatter)
            handler.addFilter(brief.shows)
            handler.setFormatter(brief)


class _Brief(logging.Formatter):
    """Keeps what jobs are called, and says so when they have ended.

    Args:
        full: Snakemake's own formatter.
    """

    def __init__(self, full: logging.Formatter | None) -> None:
        super().__init__()
        self._full = full or logging.Formatter()
        self._names: dict[int, tuple[str, str]] = {}
        self._ended: list[tuple[str, str]] = []

    def shows(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is shown, and remember what it says of a job."""
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO:
            wildcards = ", ".join(map(str, (record.__dict__.get("wildcards") or {}).values()))
            self._names[record.__dict__["jobid"]] = (record.__dict__["rule_name"], wildcards)
        elif event == LogEvent.JOB_FINISHED:
            self._ended.append(self._names.get(record.__dict__["job_id"], ("", "")))
        elif event == LogEvent.PROGRESS:
            self._ended = [job for job in self._ended if job[0] and job[0] not in _SILENT]
            return bool(self._ended)
        return event not in _HIDDEN and not _ROUTINE.fullmatch(str(record.msg).strip())

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record that is shown."""
        if getattr(record, "event", None) != LogEvent.PROGRESS:
            return self._full.format(record)
        jobs, self._ended = self._ended, []
        done, total = record.__dict__["done"], record.__dict__["total"]
        counted = f"[{done:>{len(str(total))}}/{total}]"
        return "\n".join(f"{counted} {rule:<17} {wildcards}".rstrip() for rule, wildcards in jobs)
