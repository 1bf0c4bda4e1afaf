"""rm, cp and mv ask before they do something, and do it once."""

import pytest

from tests.simulator.programs.rig import Rig


@pytest.fixture
def rig() -> Rig:
    made = Rig()
    made.write("/tmp/d/a", "a\n")
    made.write("/tmp/d/b", "")
    return made


def left(rig: Rig) -> str:
    return rig.run("find", "d", "c").out


def test_rm_asks_about_each_file(rig):
    found = rig.run("rm", "-i", "d/a", "d/b", stdin="n\ny\n")
    assert found.err == "rm: remove regular file 'd/a'? rm: remove regular empty file 'd/b'? "
    assert found.code == 0
    assert left(rig) == "d\nd/a\n"


def test_rm_asks_before_it_goes_into_a_directory_and_after(rig):
    found = rig.run("busybox:rm", "-ri", "d", stdin="y\ny\ny\ny\n")
    assert found.err == "rm: descend into directory 'd'? rm: remove 'd/a'? rm: remove 'd/b'? rm: remove 'd'? "
    assert left(rig) == ""


def test_who_says_no_at_the_door_keeps_everything(rig):
    assert rig.run("rm", "-ri", "d", stdin="n\n").code == 0
    assert left(rig) == "d\nd/a\nd/b\n"


def test_no_answer_is_no(rig):
    assert rig.run("rm", "-i", "d/a", stdin="").code == 0
    assert left(rig) == "d\nd/a\nd/b\n"


def test_rm_with_a_capital_i_asks_once(rig):
    found = rig.run("rm", "-rI", "d", stdin="y\n")
    assert found.err == "rm: remove 1 argument recursively? "
    assert left(rig) == ""


def test_the_last_of_f_and_i_holds(rig):
    assert rig.run("rm", "-if", "d/a").err == ""


@pytest.mark.parametrize(("answer", "text"), [("y\n", "a\n"), ("n\n", "old\n")])
@pytest.mark.parametrize("program", ["cp", "busybox:mv"])
def test_cp_and_mv_ask_before_they_overwrite(rig, program, answer, text):
    rig.write("/tmp/c", "old\n")
    found = rig.run(program, "-i", "d/a", "c", stdin=answer)
    assert found.err == f"{program.rpartition(':')[2]}: overwrite 'c'? "
    assert rig.read("/tmp/c") == text


def test_a_whole_tree_is_asked_about_once_for_each_file(rig):
    rig.run("cp", "-r", "d", "c")
    found = rig.run("cp", "-riv", "d/.", "c", stdin="y\nn\n")
    assert found.err == "cp: overwrite 'c/./a'? cp: overwrite 'c/./b'? " or found.err.count("overwrite") == 2
    assert found.out.count("->") == 1
