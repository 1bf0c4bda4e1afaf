"""How much of everything a machine has, and where that differs from a real one; all numbers of the runtime in one place."""

from simulator.kernel.units import MILLISECOND, SECOND

KIB = 1024
MIB = 1024 * KIB

# Disks. What df shows is the nominal size; what can truly be written is the budget.
NOMINAL_DISK = 40 * 1024 * MIB
HOST_BUDGET = 4 * MIB
LAYER_BUDGET = MIB
VOLUME_BUDGET = MIB
ALL_DISKS_BUDGET = 16 * MIB
FILES_PER_DISK = 4_000
NODE_COST = 128
PATH_MAX = 4_096
NAME_MAX = 255
LINKS_MAX = 40
FILE_MAX = 2 * MIB

# Input and output.
PIPE_CAPACITY = 64 * KIB
TTY_INPUT_MAX = 4_096
TTY_FLOOD = 256 * KIB
LOG_KEPT = 64 * KIB
LOG_LINE_MAX = 16 * KIB
SOCKET_CAPACITY = 64 * KIB
BACKLOG = 128

# Memory.
SMALLEST_MEMORY = 4 * MIB  # with less, runc does not get as far as the program

# Processes.
DESCRIPTORS_MAX = 256
ARGUMENTS_MAX = 128 * KIB
PROCESSES_PER_CONTAINER = 100
PROCESSES_PER_HOST = 1_500
LIGHT = 16 * KIB  # what a process may bring with it (variables, environment) without being counted
COPIES_MAX = 24 * MIB  # and what all together may bring
START_COST = MILLISECOND
STEP_COST = 30
WRITE_COST = 12

# Fairness: what a container, or a terminal, may compute before it is slowed (virtual microseconds of processor time).
CONTAINER_BURST = 60 * MILLISECOND
TERMINAL_BURST = 600 * MILLISECOND
REFILL_PER_SECOND = 25 * MILLISECOND
# What some calls take of it besides their time, because they are dear to simulate: a start, a write, a question to a name server.
START_DRAWN = 2 * MILLISECOND
WRITE_DRAWN = 80
QUESTION_DRAWN = 150
# After its first pause it gets the first quantum; then the pauses become longer and the quanta shorter, down to the last.
FIRST_QUANTUM = 20 * MILLISECOND
LAST_QUANTUM = 500
FIRST_PAUSE = SECOND // 2
LONGEST_PAUSE = 5 * SECOND
MOST_PAUSES = 2
STEP_COUNTED = 5 * MILLISECOND  # a step that was charged more has waited for something

DEVIATIONS = {
    "cpu-fairness": "A program that computes without a pause is slowed after 60 milliseconds of processor time in a container "
    "(more at a terminal), where starting a program counts as three: it gets shorter and shorter slices, at last one every "
    "five to ten seconds, until it rests for a while.",
    "disk-budget": "A disk shows tens of gigabytes, but a host takes only 4 MiB of changes, a container's layer or a volume 1 MiB, "
    "all of a cluster 16 MiB, a file 2 MiB; what is more ends with `No space left on device` or `File too large`. Zeros at the end "
    "of a file are counted, not kept: `dd if=/dev/zero` and `fallocate` fill a disk as they do everywhere.",
    "profiles": "No AppArmor profiles can be loaded on a node, and seccomp profiles that forbid system calls are refused.",
    "log-size": "A container's log keeps its newest 64 KiB; a real kubelet keeps 10 MiB.",
    "log-files": "The logs in /var/log/pods and /var/log/containers of a node can be read, and neither changed nor removed, and nothing "
    "can be put into the folders of Pods there.",
    "memory-volumes": "What is written to a volume in memory does not count as memory of the container that writes it: a full "
    "one says `No space left on device` where a real container with that limit would be killed for want of memory.",
    "processes": "A container holds at most 100 processes; fork then fails with `Resource temporarily unavailable`.",
}
