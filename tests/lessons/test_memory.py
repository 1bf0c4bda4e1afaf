"""What a lesson remembers of what happened."""

import pytest

from lessons.memory import noted
from simulator.lab import Change, Lab


def phase(name):
    obj = {"metadata": {"name": "web", "namespace": "default"}, "status": {"phase": name}}
    return Change(0, "object", {"type": "MODIFIED", "resource": "pods", "object": obj})


def was(name):
    return {"object": "pods/default/web", "where": {"status.phase": name}, "ever": True}


@pytest.fixture
def lab():
    return Lab.boot({"nodes": [{"name": "master", "roles": ["control-plane"]}]}, seed=1, epoch=0)


def after(check, lab, *phases):
    memory = None
    for name in phases:
        memory = noted(check, memory, phase(name), lab, "master")
    return memory


def test_what_was_once_is_remembered(lab):
    assert after(was("Running"), lab, "Pending", "Running", "Failed") is True


def test_a_sequence_comes_true_in_its_order_only(lab):
    first_this_later_that = {"then": [was("Pending"), was("Running")]}
    assert after(first_this_later_that, lab, "Running", "Pending") == 1
    assert after(first_this_later_that, lab, "Running", "Pending", "Failed", "Running") is True


def test_a_sequence_begins_again_where_something_comes_in_between(lab):
    unbroken = {"then": [was("Pending"), was("Running")], "without": was("Failed")}
    assert after(unbroken, lab, "Pending", "Failed") == 0
    assert after(unbroken, lab, "Pending", "Failed", "Running") == 0
    assert after(unbroken, lab, "Pending", "Failed", "Pending", "Running") is True


def test_parts_of_all_are_remembered_one_by_one(lab):
    both = {"all": [was("Pending"), was("Running")]}
    assert after(both, lab, "Pending") == [True, None]
    assert after(both, lab, "Pending", "Running") == [True, True]


def test_what_need_not_be_remembered_is_not(lab):
    assert after({"object": "pods/default/web"}, lab, "Running") is None
