from fitscan.benchmark.measure.conditions import conditions


def test_conditions_name_the_machine():
    made = conditions()
    assert made.cpu
    assert made.cores >= 1
    assert made.memory_GB > 0.1
    assert {"fitscan", "Python", "pyhf", "numba"} <= made.versions.keys()
    assert made.began.endswith("+00:00")
