"""The engine of a Globus Compute endpoint as Parsl's objects, from the same YAML.

    engine:
      max_workers_per_node: 2
      provider: {type: SlurmProvider, partition: debug, launcher: {type: SrunLauncher}}

A value with a ``type`` is the Parsl class of that name with the other entries as its arguments, as
endpoints have it. What only Globus Compute's engine has is translated or left out.
"""

import inspect
import json
import math
import os
import shlex
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import jinja2.meta
import jsonschema
import parsl.addresses
import parsl.launchers
import parsl.providers
import psutil
import yaml
from parsl.errors import ParslError
from parsl.executors import HighThroughputExecutor
from parsl.executors.high_throughput.executor import DEFAULT_LAUNCH_CMD
from typeguard import TypeCheckError

from fitscan.errors import ExecutorError
from fitscan.lifeline import command
from fitscan.masking import names_secret

__all__ = ["executor_from", "is_local", "read_template", "workers_of"]

# Of Globus Compute's engine; Parsl's executor has them elsewhere or not at all.
_OF_GLOBUS = {
    "type",
    "label",
    "max_retries_on_system_failure",
    "job_status_kwargs",
    "strategy",
    "run_in_sandbox",
}

# What providers call the cores of a node.
_CORES = ("cores_per_node", "cpus_per_node", "cores_per_slot")

_PLACES = (parsl.providers, parsl.launchers, parsl.addresses)


def read_template(path: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the engine of an endpoint's template.

    Args:
        path: A ``user_config_template.yaml.j2``.
        options: Values of its variables; as with an endpoint, each arrives as JSON, and a
            ``user_config_schema.json`` beside the template says how they may be.

    Raises:
        ExecutorError: It is not a template of an engine, lacks the value of a variable, or does not
            have one of the options.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701  YAML
    values = {name: json.dumps(value) for name, value in options.items()}
    try:
        source = path.read_text(encoding="utf-8")
        known = jinja2.meta.find_undeclared_variables(environment.parse(source))
        if unknown := options.keys() - known:
            raise ExecutorError(
                f"{path} does not have this option",
                value=min(unknown),
                hint=f"one of {', '.join(sorted(known))}",
            )
        schema = path.with_name("user_config_schema.json")
        if schema.is_file():
            jsonschema.validate(dict(options), json.loads(schema.read_bytes()))
        text = environment.from_string(source).render(values)
        engine = yaml.safe_load(text)["engine"]
    except jsonschema.ValidationError as error:
        where = ".".join(map(str, error.path))
        raise ExecutorError(
            f"an option does not match {schema.name} of {path.parent.name}",
            value=where or None,
            hint="" if names_secret(where) else error.message,  # which has the value
        ) from None
    except (OSError, jinja2.TemplateError, yaml.YAMLError, KeyError, TypeError) as error:
        # An error of YAML has lines with values of options in it, beside the problem.
        found = error.problem if isinstance(error, yaml.MarkedYAMLError) else error
        raise ExecutorError(
            f"{path} is not the template of an endpoint's engine",
            value=f"{type(error).__name__}: {found}",
        ) from None
    return dict(engine)


def executor_from(engine: Mapping[str, Any], *, label: str) -> HighThroughputExecutor:
    """Return Parsl's executor for an engine.

    Args:
        engine: The engine as a mapping.
        label: Its name.

    Raises:
        ExecutorError: An entry is unknown or has a wrong value.
    """
    settings = {key: value for key, value in engine.items() if key not in _OF_GLOBUS}
    # Without it the first block that is lost ends the executor for good, whatever is tried again.
    settings.setdefault("block_error_handler", False)
    # Parsl looks for its programs in PATH, where those of an environment are once it is activated;
    # and it lets them run on when this process is killed.
    programs = Path(sys.executable).parent
    lifeline = command(os.getpid())
    settings.setdefault("interchange_launch_cmd", [*lifeline, str(programs / "interchange.py")])
    if is_local(settings):
        begin = f"{shlex.join(lifeline)} {shlex.quote(str(programs))}/"
        # Parsl fills in what is in braces, twice.
        begin = begin.replace("{", "{{{{").replace("}", "}}}}")
        settings.setdefault("launch_cmd", begin + DEFAULT_LAUNCH_CMD)
    known = inspect.signature(HighThroughputExecutor.__init__).parameters
    if unknown := settings.keys() - known:
        raise ExecutorError("the engine has an option that Parsl does not know", value=min(unknown))
    _check_shapes(HighThroughputExecutor, settings, where="engine")
    try:
        return HighThroughputExecutor(label=label, **_built(settings, where="engine"))
    except (
        *(TypeError, TypeCheckError, ValueError, AssertionError, OSError),
        ParslError,
    ) as error:
        text = " ".join(str(error).split())
        raise ExecutorError("Parsl rejects the engine", value=text) from error


def is_local(engine: Mapping[str, Any]) -> bool:
    """Tell whether the workers of an engine are on this machine."""
    return bool(engine.get("provider", {}).get("type", "LocalProvider") == "LocalProvider")


def workers_of(engine: Mapping[str, Any]) -> int:
    """Return the number of workers that an engine may have at the most.

    As for Parsl's workers: no more on a node than it has cores, as far as that is known.
    """
    provider = engine.get("provider", {})
    nodes = int(provider.get("max_blocks", 1)) * int(provider.get("nodes_per_block", 1))
    here = os.cpu_count() if is_local(engine) else None
    cores = next(filter(None, (provider.get(key) for key in _CORES)), here)
    most = min(engine.get("max_workers_per_node") or math.inf, cores or math.inf)
    return max(1, nodes) * (1 if most == math.inf else int(most))


def _built(value: Any, *, where: str) -> Any:
    """Make the objects that a value describes; ``where`` names its key in errors."""
    if isinstance(value, list):
        return [_built(item, where=where) for item in value]
    if not isinstance(value, Mapping):
        return value
    entries = {key: _built(item, where=f"{where}.{key}") for key, item in value.items()}
    if "type" not in entries:
        return entries
    name = entries.pop("type")
    made = next((getattr(place, name) for place in _PLACES if hasattr(place, name)), None)
    if made is None or name.startswith("_"):
        raise ExecutorError("Parsl has no provider, launcher or address of that type", value=name)
    _check_shapes(made, entries, where=where)
    try:
        return made(**entries)
    except OSError as error:
        if "ifname" not in entries:
            raise
        raise ExecutorError(
            f"{where}.ifname is no network interface of this machine with an address",
            value=entries["ifname"],
            hint=f"set `interface` of the template to one that workers reach: {_interfaces()}",
        ) from error


def _interfaces() -> str:
    """Return the network interfaces of this machine that have an address, with it."""
    return ", ".join(
        f"{name} ({address.address})"
        for name, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if address.family == socket.AF_INET
    )


# What may take the place of a default: of `parallelism`, 1, also 0.5. True is an integer too.
_ALIKE: dict[type, tuple[type, ...]] = {
    bool: (bool,),
    int: (int, float),
    float: (int, float),
    str: (str,),
}


def _check_shapes(made: Callable[..., Any], entries: Mapping[str, Any], *, where: str) -> None:
    """Refuse what is of another type than the default: most of Parsl finds it out when it runs.

    Raises:
        ExecutorError: It names the key.
    """
    known = inspect.signature(made).parameters
    for key, value in entries.items():
        default = known[key].default if key in known else None
        alike = _ALIKE.get(type(default))
        fits = (
            callable(value)
            if callable(default) and not inspect.isclass(default)
            else alike is None
            or (isinstance(value, alike) and (bool in alike or value is not True))
        )
        if not fits:
            raise ExecutorError(
                f"{where}.{key} is not valid", value=value, hint=f"the default is {default!r}"
            )
