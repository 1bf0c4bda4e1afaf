"""How much of everything a machine has, and where that differs from a real one; all numbers of the runtime in one place."""

from simulator.kernel.units import MILLISECOND, SECOND

KIB = 1024
MIB = 1024 * KIB

# Disks. What df shows is the nominal size; what can truly be written is the budget.
NOMINAL_DISK = 40 * 1024 * MIB
HOST_BUDGET = 4 * MIB
LAYER_BUDGET = MIB
VOLUME_BUDGET = MIB
FILES_PER_DISK = 4_000
NODE_COST = 128
PATH_MAX = 4_096
NAME_MAX = 255
LINKS_MAX = 40
FILE_MAX = 2 * MIB

# Input and output.
PIPE_CAPACITY = 64 * KIB
PIPE_ATOMIC = 4_096
TTY_INPUT_MAX = 4_096
TTY_FLOOD = 256 * KIB
LOG_KEPT = 64 * KIB
LOG_LINE_MAX = 16 * KIB
SOCKET_CAPACITY = 64 * KIB
BACKLOG = 128

# Processes.
DESCRIPTORS_MAX = 256
ARGUMENTS_MAX = 128 * KIB
PROCESSES_PER_CONTAINER = 100
PROCESSES_PER_HOST = 1_500
START_COST = MILLISECOND
STEP_COST = 30
WRITE_COST = 12

# Fairness: what a container, or a terminal, may compute before it is slowed (virtual microseconds of processor time).
CONTAINER_BURST = 60 * MILLISECOND
TERMINAL_BURST = SECOND
REFILL_PER_SECOND = 20 * MILLISECOND
# After its first pause it gets the first quantum; then the pauses become longer and the quanta shorter, down to the last.
FIRST_QUANTUM = 20 * MILLISECOND
LAST_QUANTUM = 1_500
FIRST_PAUSE = SECOND // 2
LONGEST_PAUSE = 20 * SECOND
MOST_PAUSES = 4
STEP_COUNTED = 8 * MILLISECOND  # a step that was charged more has waited for something

DEVIATIONS = {
    "cpu-fairness": "A program that computes without a pause is slowed after 60 milliseconds of processor time in a container "
    "(a second at a terminal): it gets shorter and shorter slices, at last one every 20 seconds, until it rests for a while.",
    "disk-budget": "A disk shows tens of gigabytes, but a host takes only 4 MiB of changes, a container's layer or a volume 1 MiB; "
    "what is more ends with `No space left on device`.",
    "log-size": "A container's log keeps its newest 64 KiB; a real kubelet keeps 10 MiB.",
    "processes": "A container holds at most 100 processes; fork then fails with `Resource temporarily unavailable`.",
}
