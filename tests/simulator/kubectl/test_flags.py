"""Command lines are read as pflag reads them."""

import pytest

from simulator.kubectl.failures import Failure
from simulator.kubectl.flags import declare, parse

FLAGS = declare(
    "-n --namespace= -A --all=false -f --filename=[] --replicas=0 --timeout=0s --dry-run=none?unchanged --from-literal=[+] -i --stdin=false"
)


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("-n kube-system", "namespace", "kube-system"),
        ("-nkube-system", "namespace", "kube-system"),
        ("-n=x", "namespace", "x"),
        ("--namespace=x", "namespace", "x"),
        ("--namespace x", "namespace", "x"),
        ("-A", "all", True),
        ("--all=false", "all", False),
        ("-Ai", "stdin", True),
        ("-f a.yaml,b.yaml -f c.yaml", "filename", ["a.yaml", "b.yaml", "c.yaml"]),
        ("--from-literal=a=1,2 --from-literal b=3", "from-literal", ["a=1,2", "b=3"]),
        ("--replicas=-1", "replicas", -1),
        ("--timeout 1m30s", "timeout", 90_000_000),
        ("--dry-run", "dry-run", "unchanged"),
        ("--dry-run=client", "dry-run", "client"),
        ("", "dry-run", "none"),
    ],
)
def test_flags_have_the_values_that_pflag_gives_them(words, name, value):
    assert parse(words.split(), FLAGS, "kubectl get").flags[name] == value


def test_words_behind_two_dashes_are_left_alone():
    parsed = parse(["web", "-i", "--", "ls", "-n", "x"], FLAGS, "kubectl exec")
    assert (parsed.args, parsed.dash, parsed.flags["namespace"]) == (["web", "ls", "-n", "x"], 1, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--foo", "unknown flag: --foo"),
        ("-x", "unknown shorthand flag: 'x' in -x"),
        ("-Axy", "unknown shorthand flag: 'x' in -xy"),
        ("--namespace", "flag needs an argument: --namespace"),
        ("-n", "flag needs an argument: 'n' in -n"),
        (
            "--replicas=abc",
            'invalid argument "abc" for "--replicas" flag: strconv.ParseInt: parsing "abc": invalid syntax',
        ),
        ("-A=foo", 'invalid argument "foo" for "-A, --all" flag: strconv.ParseBool: parsing "foo": invalid syntax'),
        ("--timeout=abc", 'invalid argument "abc" for "--timeout" flag: time: invalid duration "abc"'),
    ],
)
def test_mistakes_are_told_in_the_words_of_pflag(words, message):
    with pytest.raises(Failure) as caught:
        parse(words.split(), FLAGS, "kubectl get")
    assert caught.value.text == f"error: {message}\nSee 'kubectl get --help' for usage.\n"
