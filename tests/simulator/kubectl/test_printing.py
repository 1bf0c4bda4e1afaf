"""Columns, templates and formats look as the real client prints them."""

import pytest

from simulator.kubectl import gotemplate, kyaml
from simulator.kubectl.commands import COMMANDS
from simulator.kubectl.gotext.lexing import TemplateError
from simulator.kubectl.printers import to_json
from simulator.kubectl.suggestions import suggest
from simulator.kubectl.tabwriter import Table, align

POD = {"metadata": {"name": "web", "labels": {"a": "b"}}, "items": [{"n": 1}, {"n": 2}], "ready": True}


def test_columns_of_a_description_are_two_blanks_apart_and_end_with_their_block():
    assert (
        align("Name:\tx\nNamespace:\tdefault\nIPs:\n  IP:\t1\n")
        == "Name:       x\nNamespace:  default\nIPs:\n  IP:  1\n"
    )


def test_an_empty_cell_keeps_its_column():
    assert align("Labels:\ta\n\tb\n") == "Labels:  a\n         b\n"


def test_a_table_has_three_blanks_between_columns_and_none_behind_the_last():
    assert Table().format([["NAME", "READY", "AGE"], ["web", "1/1", "5s"]]) == "NAME   READY   AGE\nweb    1/1     5s\n"


def test_widths_of_a_watch_grow_and_never_shrink():
    table = Table()
    assert table.format([["w", "Pending", "0"]]) == "w     Pending   0\n"
    assert table.format([["w", "ContainerCreating", "0"]]) == "w     ContainerCreating   0\n"
    assert table.format([["w", "Running", "0"]]) == "w     Running             0\n"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.metadata.name}}", "web"),
        ("{{.nosuch}}", "<no value>"),
        ('{{range .items}}{{.n}}{{"\\n"}}{{end}}', "1\n2\n"),
        ("{{range $i, $e := .items}}{{$i}}={{$e.n}} {{end}}", "0=1 1=2 "),
        ("{{if .ready}}yes{{else}}no{{end}}", "yes"),
        ('{{if eq .metadata.name "db"}}a{{else if .ready}}b{{end}}', "b"),
        ("{{with .metadata}}{{.name}}{{end}}", "web"),
        ('{{len .items}} {{index .metadata.labels "a"}}', "2 b"),
        ("{{.metadata.labels}}", "map[a:b]"),
        ('{{printf "%-5s|%d" .metadata.name 3}}', "web  |3"),
        ("{{(index .items 1).n}}", "2"),
        ("a {{- /* c */ -}} b", "ab"),
        ("{{$x := .metadata.name}}{{$x | len}}", "3"),
    ],
)
def test_go_templates(template, text):
    assert gotemplate.execute(gotemplate.parse(template), POD) == text


@pytest.mark.parametrize(
    "template", ["{{.a", "{{range .items}}", "{{nosuch}}", "{{index .items 9}}", "{{range .metadata.name}}{{end}}"]
)
def test_bad_go_templates_fail(template):
    with pytest.raises(TemplateError):
        gotemplate.execute(gotemplate.parse(template), POD)


def test_a_template_cannot_run_for_ever():
    data = {"items": list(range(100))}
    for _ in range(4):
        data = {"items": [data] * 100}
    nested = "{{range .items}}" * 5 + "x" + "{{end}}" * 5
    with pytest.raises(TemplateError):
        gotemplate.execute(gotemplate.parse(nested), data)


def test_json_escapes_what_go_escapes():
    assert to_json({"b": "<a&b>", "a": "ü"}) == '{\n    "a": "ü",\n    "b": "\\u003ca\\u0026b\\u003e"\n}\n'


def test_kyaml_has_bare_keys_and_quoted_texts():
    assert (
        kyaml.dump({"kind": "Pod", "l": [{"a": 1}], "no": []})
        == '---\n{\n  kind: "Pod",\n  l: [{\n    a: 1,\n  }],\n  "no": [],\n}\n'
    )


@pytest.mark.parametrize(
    ("word", "names"),
    [("gett", ["set", "get"]), ("gte", ["get"]), ("pods", ["logs"]), ("delet", ["delete"]), ("zzzzzz", [])],
)
def test_unknown_commands_are_answered_with_those_like_them(word, names):
    assert suggest(word, COMMANDS).split("\n\t")[1:] == names
