"""Each template in config/endpoints makes real engines and providers, without a cluster or network.

By the endpoint's own loader, and by the one of the executor ``parsl``. Addresses of interfaces that
this machine does not have, and the client of Kubernetes, whose package nothing else here needs, are
stand-ins.
"""

import json
import os
import pwd
import re
from unittest.mock import MagicMock
from uuid import uuid4

import pytest

# The packages may be absent, though not in CI.
if not os.environ.get("CI"):
    for package in ("globus_compute_endpoint", "parsl"):
        pytest.importorskip(package, reason="needs pip install -e '.[parsl,globus]'")

import jinja2
import jsonschema
import parsl.addresses
import parsl.launchers
import parsl.providers
import parsl.providers.kubernetes.kube as kubernetes
import yaml
from click import ClickException
from globus_compute_endpoint.endpoint.config import CoreEndpointConfig
from globus_compute_endpoint.endpoint.config.utils import (
    load_config_yaml,
    load_user_config_schema,
    render_config_user_template,
)
from globus_compute_endpoint.endpoint.identity_mapper import MappedPosixIdentity

from fitscan.dispatch.preflight import probe
from fitscan.errors import ExecutorError
from fitscan.executors import open_executor
from fitscan.executors.engines import executor_from, read_template, workers_of

ACCOUNT = {"account": "abc123"}
IMAGE = {"image": "registry.example.org/fitscan:1"}
CORES = os.cpu_count()

# site -> options it cannot do without, provider, launcher, workers with these options
SITES = {
    "laptop": ({}, "LocalProvider", "SingleNodeLauncher", min(CORES, 64)),
    "slurm_gpu": (ACCOUNT, "SlurmProvider", "SrunLauncher", 10),
    "pbs_torque": (ACCOUNT, "TorqueProvider", "AprunLauncher", 32),
    "pbs_pro": (ACCOUNT, "PBSProProvider", "SingleNodeLauncher", 32),
    "htcondor": ({}, "CondorProvider", "SingleNodeLauncher", 100),
    "kubernetes": (IMAGE, "KubernetesProvider", None, 10),
}

# site -> options; what becomes of them, in the provider unless the name is one of the executor
CHOICES = {
    "laptop": ({"workers": 3}, {"max_workers_per_node": 3}),
    "slurm_gpu": (
        {"accelerators": 4, "workers": 4, "walltime": "02:00:00", "max_blocks": 3},
        {"available_accelerators": ["0", "1", "2", "3"], "walltime": "02:00:00", "max_blocks": 3},
    ),
    "pbs_torque": (
        {"cores_per_node": 16, "scheduler_options": "#PBS -l feature=xk"},
        {"max_workers_per_node": 16, "scheduler_options": "#PBS -l feature=xk"},
    ),
    "pbs_pro": (
        {"accelerators": 4, "select_options": "ngpus=4"},
        {"available_accelerators": ["0", "1", "2", "3"], "select_options": "ngpus=4"},
    ),
    "htcondor": (
        {"cores_per_slot": 4, "mem_per_slot": 1.5},
        {"max_workers_per_node": 4, "cores_per_slot": 4, "mem_per_slot": 1.5},
    ),
    "kubernetes": ({"pod_namespace": "physics"}, {"namespace": "physics"}),
}

QUOTED = "echo \"a: b\" 'c' # $HOME {x}\n. ~/é/bin/activate"


@pytest.fixture(autouse=True)
def far_away(monkeypatch):
    """What templates ask of a machine at the site."""
    monkeypatch.setattr(parsl.addresses, "address_by_interface", lambda ifname: "127.0.0.1")
    monkeypatch.setattr(parsl.addresses, "address_by_route", lambda: "127.0.0.1")
    monkeypatch.setattr(parsl.addresses, "address_by_hostname", lambda: "127.0.0.1")
    monkeypatch.setattr(kubernetes, "_kubernetes_enabled", True)
    for name in ("client", "config"):
        monkeypatch.setattr(kubernetes, name, MagicMock(), raising=False)


@pytest.fixture
def template(project_folder):
    """Path of the template of a site."""
    return lambda site: project_folder / "config/endpoints" / site / "user_config_template.yaml.j2"


def rendered(path, options):
    """The user endpoint's configuration, as the daemon makes it."""
    identity = MappedPosixIdentity(
        local_user_record=pwd.getpwuid(os.getuid()),
        globus_identity_candidates=[],
        matched_identity=None,
    )
    schema = load_user_config_schema(path.with_name("user_config_schema.json"))
    return render_config_user_template(
        CoreEndpointConfig(), path.read_text(), path, identity, schema, options, {}
    )


def by_endpoint(path, options):
    """The Parsl executor in the endpoint's engine."""
    engine = load_config_yaml(rendered(path, options)).engine
    assert type(engine).__name__ == "GlobusComputeEngine"
    assert engine.max_retries_on_system_failure >= 1
    return engine.executor


def by_fitscan(path, options):
    """The executor of ``kind: parsl``."""
    return executor_from(read_template(path, options), label="test")


LOADERS = pytest.mark.parametrize("load", [by_endpoint, by_fitscan])


def test_every_template_is_tested(project_folder):
    folders = {path.parent.name for path in project_folder.glob("config/endpoints/*/*.j2")}
    assert folders == SITES.keys() == CHOICES.keys()


@LOADERS
@pytest.mark.parametrize("site", SITES)
def test_defaults_make_an_engine_that_survives_the_loss_of_a_block(template, load, site):
    options, provider, launcher, _ = SITES[site]
    executor = load(template(site), options)
    assert type(executor.provider) is getattr(parsl.providers, provider)
    if launcher is not None:
        assert type(executor.provider.launcher) is getattr(parsl.launchers, launcher)
    assert executor.block_error_handler.__name__ == "noop_error_handler"
    assert executor.provider.max_blocks >= 1


@LOADERS
@pytest.mark.parametrize("site", SITES)
def test_options_reach_engine_and_provider(template, load, site):
    options, wanted = CHOICES[site]
    executor = load(template(site), SITES[site][0] | options)
    for name, value in wanted.items():
        owner = executor if hasattr(executor, name) else executor.provider
        found = getattr(owner, name)
        assert (found.strip() if isinstance(found, str) else found) == value


@LOADERS
@pytest.mark.parametrize("site", SITES)
def test_shell_commands_arrive_to_the_letter(template, load, site):
    executor = load(template(site), SITES[site][0] | {"worker_init": QUOTED})
    assert QUOTED in executor.provider.worker_init


@LOADERS
@pytest.mark.parametrize("site", ["slurm_gpu", "pbs_torque", "pbs_pro", "htcondor"])
def test_a_block_drains_before_its_walltime_ends(template, load, site):
    executor = load(template(site), SITES[site][0])
    hours, minutes, _ = map(int, executor.provider.walltime.split(":"))
    assert 60 < 3600 * hours + 60 * minutes - executor.drain_period < 900


@pytest.mark.parametrize("site", SITES)
def test_there_is_a_worker_a_core(template, site):
    options, _, _, workers = SITES[site]
    assert workers_of(read_template(template(site), options)) == workers


def test_pods_are_in_a_namespace_and_not_in_what_jinja_calls_so(template):
    assert by_endpoint(template("kubernetes"), IMAGE).provider.namespace == "default"


def test_slurm_shares_nodes_and_gives_a_manager_all_its_cores(template):
    provider = by_endpoint(template("slurm_gpu"), ACCOUNT | {"cores_per_node": 20}).provider
    assert "--exclusive" not in provider.scheduler_options
    assert "--gpus-per-node=1" in provider.scheduler_options
    assert "--account=abc123" in provider.scheduler_options
    assert "--cpus-per-task=20" in provider.launcher("command", 1, 1)


def test_aprun_gets_the_shell_once(template):
    # "-- bash" among the overrides would make it run `bash /bin/bash`, which fails.
    provider = by_endpoint(template("pbs_torque"), ACCOUNT).provider
    assert "aprun -n 1 -N 1 -b -d 32 -cc none /bin/bash" in provider.launcher("command", 1, 1)


@pytest.mark.parametrize("site", SITES)
def test_schema_has_the_options_of_the_template_and_no_other(template, site):
    path = template(site)
    tree = jinja2.Environment(autoescape=False).parse(path.read_text())
    schema = json.loads(path.with_name("user_config_schema.json").read_text())
    assert schema["properties"].keys() == jinja2.meta.find_undeclared_variables(tree)
    assert schema["required"] == list(SITES[site][0])
    assert schema["additionalProperties"] is False
    assert all(part.get("description") for part in schema["properties"].values())


@pytest.mark.parametrize("site", SITES)
def test_option_that_a_template_does_not_have_is_refused_by_name(template, site):
    options = SITES[site][0] | {"wrokers": 4}
    with pytest.raises(jsonschema.ValidationError, match="wrokers"):
        rendered(template(site), options)
    with pytest.raises(ExecutorError, match="does not have this option: 'wrokers'"):
        read_template(template(site), options)


@pytest.mark.parametrize("site", [site for site in SITES if SITES[site][0]])
def test_option_that_is_needed_is_asked_for_by_name(template, site):
    (name,) = SITES[site][0]
    with pytest.raises(jsonschema.ValidationError, match=name):
        rendered(template(site), {})
    with pytest.raises(ExecutorError, match=name):
        read_template(template(site), {})


def test_walltime_that_yaml_has_read_as_a_number_is_refused(template):
    options = ACCOUNT | yaml.safe_load("walltime: 10:00:00")
    with pytest.raises(jsonschema.ValidationError, match="36000 is not of type 'string'"):
        rendered(template("slurm_gpu"), options)
    with pytest.raises(ExecutorError, match=r"walltime.*36000 is not of type 'string'"):
        read_template(template("slurm_gpu"), options)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("max_workers_per_node", "max_worker_per_node"), ("max_blocks", "max_block")],
)
def test_typo_in_a_template_is_refused_by_name(template, tmp_path, right, wrong):
    path = tmp_path / "user_config_template.yaml.j2"
    path.write_text(template("laptop").read_text().replace(f"{right}:", f"{wrong}:"))
    with pytest.raises(ClickException, match=wrong):
        load_config_yaml(rendered(path, {}))
    with pytest.raises(ExecutorError, match=wrong):
        by_fitscan(path, {})


@pytest.mark.parametrize("part", ["SlurmProvider", "SrunLauncher", "address_by_interface"])
def test_unknown_type_is_refused_by_name(template, tmp_path, part):
    path = tmp_path / "user_config_template.yaml.j2"
    path.write_text(template("slurm_gpu").read_text().replace(part, "Nothing"))
    with pytest.raises(ClickException, match="Nothing"):
        load_config_yaml(rendered(path, ACCOUNT))
    with pytest.raises(ExecutorError, match="Nothing"):
        by_fitscan(path, ACCOUNT)


def test_interface_that_is_not_there_is_named_with_those_that_are(template, monkeypatch):
    """Was a bug: `[Errno 19] No such device`, and neither the key nor a choice."""

    def absent(ifname):
        raise OSError(19, "No such device")

    monkeypatch.setattr(parsl.addresses, "address_by_interface", absent)
    with pytest.raises(ExecutorError, match=r"address\.ifname .*'ib0'.*`interface`.* lo \(127\."):
        by_fitscan(template("slurm_gpu"), ACCOUNT)


def test_package_that_a_provider_needs_is_named(template, monkeypatch):
    monkeypatch.setattr(kubernetes, "_kubernetes_enabled", False)
    with pytest.raises(ExecutorError, match="kubernetes"):
        by_fitscan(template("kubernetes"), IMAGE)


@pytest.mark.parametrize("site", SITES)
def test_the_executor_parsl_takes_the_template(template, tmp_path, site):
    options, _, _, workers = SITES[site]
    path = tmp_path / "executor.yaml"
    settings = {"kind": "parsl", "template": str(template(site)), "options": options}
    path.write_text(yaml.safe_dump(settings))
    assert open_executor(str(path), folder=tmp_path).capabilities.workers == workers


def test_the_laptop_s_template_runs_tasks(template, tmp_path):
    settings = {
        "kind": "parsl",
        "template": str(template("laptop")),
        "options": {"workers": 1, "worker_init": "true"},
        "run_dir": str(tmp_path / "parsl"),
    }
    path = tmp_path / "executor.yaml"
    path.write_text(yaml.safe_dump(settings))
    with open_executor(str(path), folder=tmp_path) as executor:
        assert probe(executor, patience_s=120).identity["pid"] != os.getpid()


@pytest.mark.parametrize(
    "document", ["docs/remote.md", *(f"config/endpoints/{site}/README.md" for site in SITES)]
)
def test_settings_in_a_guide_are_of_an_executor(project_folder, tmp_path, monkeypatch, document):
    monkeypatch.chdir(project_folder)
    path = project_folder / document
    text = path.read_text().replace("<the UUID>", str(uuid4())).replace("\n# user_", "\nuser_")
    examples = [
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    ]
    for number, example in enumerate(examples):
        settings = tmp_path / f"{number}.yaml"
        settings.write_text(yaml.safe_dump(example))
        assert open_executor(str(settings), folder=tmp_path).capabilities.workers >= 1
        if options := example.get("user_endpoint_config"):
            assert rendered(path.with_name("user_config_template.yaml.j2"), options)
    assert bool(examples) or "pbs_torque" in document


@pytest.mark.parametrize("site", SITES)
def test_its_guide_is_short(template, site):
    assert len(template(site).with_name("README.md").read_text().splitlines()) < 30
