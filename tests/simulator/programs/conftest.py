"""One machine for all tests of a file: a boot costs more than a program."""

import pytest

from tests.simulator.programs.rig import Rig

FILES = {
    "a": "b 2\na 1\nc 10\n\nb 2\n",
    "b": "b 2\na 1\nX\n",
    "long": "".join(f"line {number} of {number * 7 % 13}\n" for number in range(30)),
    "open": "no newline at the end",
    "fields": "root:x:0:0\ndaemon:x:1:1\nnobody:x:65534:2\n",
    "empty": "",
}


@pytest.fixture(scope="module")
def rig() -> Rig:
    made = Rig()
    for name, text in FILES.items():
        made.write(f"/tmp/{name}", text)
    return made
