"""Whatever a likelihood holds, a worker answers in time: with sensible rows, or with reasons.

``make fuzz`` asks more questions, each time others.
"""

import pytest
from answered import Worker
from extremes import questions
from hypothesis import HealthCheck, Phase, given, settings
from sensible import faults

# CPU time, far more than any of these takes.
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def worker():
    with Worker() as worker:
        yield worker


# Not made smaller where it fails: each time that nothing answers takes ``PATIENCE_S``.
@settings(
    derandomize=True,
    deadline=None,
    max_examples=200,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(question=questions())
def test_worker_answers_whatever_it_is_asked(worker, question):
    assert not faults(worker.answer(question, within_cpu_s=PATIENCE_S))
