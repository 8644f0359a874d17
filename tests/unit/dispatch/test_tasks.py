from fitscan.dispatch.tasks import Task
from fitscan.engines.base import Work


def test_a_task_is_called_by_its_first_work_and_how_many_follow():
    works = tuple(Work(f"key {name}", name, None) for name in "abc")
    assert Task(works[:1]).name == "'a'"
    assert Task(works).name == "'a' and 2 more"
