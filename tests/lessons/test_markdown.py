"""Lesson text becomes safe HTML."""

import pytest

from lessons.markdown import render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**注意:**后面", "<p><strong>注意:</strong>后面</p>"),
        ("前面**粗体**后面", "<p>前面<strong>粗体</strong>后面</p>"),
        ("*名字*:一个", "<p><em>名字</em>:一个</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("a **b** c", "<p>a <strong>b</strong> c</p>"),
    ],
)
def test_emphasis_works_beside_chinese_characters(text, html):
    assert render(text).strip() == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一个容器。\n这一课", "<p>一个容器。这一课</p>"),
        ("一个\n**容器**", "<p>一个<strong>容器</strong></p>"),
        ("，\nPod", "<p>，Pod</p>"),
        ("一个\nPod\n里", "<p>一个\nPod\n里</p>"),
        ("a\nb", "<p>a\nb</p>"),
        ("看\n`get`", "<p>看\n<code>get</code></p>"),
    ],
)
def test_lines_of_chinese_text_are_joined_without_a_blank(text, html):
    assert render(text).strip() == html


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>", '[x](/a "b" onclick=c)'],
)
def test_nothing_that_runs_comes_through(text):
    html = render(text)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_console_blocks_can_be_run_and_files_opened():
    assert 'data-run="ls\ncat &lt;&lt;E\nx\nE"' in render("```console\n$ ls\n$ cat <<E\n> x\n> E\nx\n```")
    html = render("```yaml file=/root/a.yaml\nkind: Pod\n```")
    assert 'data-open="/root/a.yaml"' in html
    assert 'data-content="kind: Pod\n"' in html


def test_an_empty_cell_heads_no_column():
    html = render("| | a |\n| --- | --- |\n| b | c |")
    assert "<td></td>\n<th>a</th>" in html
    assert "<th></th>" not in html
