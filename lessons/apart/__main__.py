"""`python -m lessons.apart WORK`: a question as JSON on standard input, its answer on standard output."""

import json
import resource
import sys

from lessons.apart.works import WORKS

PROCESSOR_S = 15
MEMORY = 2 << 30


def main() -> None:
    """Answer one question."""
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    question = json.load(sys.stdin)
    json.dump(WORKS[sys.argv[1]](question), sys.stdout)


if __name__ == "__main__":
    main()
