"""Text programs print what the real busybox and the real coreutils print."""

import os
import random
import shlex
import shutil
import subprocess

import pytest

from tests.fuzzing import rounds
from tests.simulator.programs.conftest import FILES

BUSYBOX = shutil.which("busybox")
BUDGET = rounds(40)
INPUT = "hello world\nfoo bar baz\nHello again\n\nx=1;y=22\n"
COMMANDS = """
cat a b | cat -n a | cat -A b | cat -b a | cat -e open | cat nosuch a | head -n 2 a | head -n -2 a | head -c 5 a | head -2 a | head -n 1 a b | head -n 0 a
tail -n 2 a | tail -n +3 a | tail -c 4 a | tail -c +4 a | tail -2 a | tail -n 1 a b | tail -n 3 open | tail -n 0 a
wc a | wc -l a | wc -w a | wc -c a b | wc -l | wc | sort a | sort -r a | sort -n -k2 a | sort -u a | sort -k2,2n -k1,1r a | sort -t : -k3n fields | sort -t : -k 3 -rn fields
uniq a | uniq -c a | uniq -d a | uniq -u a | cut -d: -f1 fields | cut -d: -f2- fields | cut -c1-3 a | cut -d ' ' -f 1,2 long
tr a-z A-Z | tr -d aeiou | tr -s l | tr -cd '[:alnum:]' | tr '[:lower:]' '[:upper:]' | tr abc x
grep a a | grep -v a a | grep -n b a | grep -c b a | grep -i HELLO | grep -o 'l*' | grep -o '[a-z]*' | grep -E 'b|c' a | grep -w 1 a | grep -x 'a 1' a | grep -l a a b | grep -q zzz a
grep -m1 b a | grep -A1 a a | grep -B1 c a | grep -C1 'line 5' long | grep -F . a | grep nosuch a | grep a nosuch | grep -e a -e X b | grep -h a a b | grep -H X b | grep '^$' a | grep -c '' a
grep -E '^(line 1|line 2)[0-9] ' long | grep 'o\\(o\\|b\\)' | grep -E 'o{2}' | grep '[[:upper:]]' | grep '\\<b' | grep -vn '^l' long
sed s/a/X/ a | sed s/b/X/g a | sed -n 2p a | sed -n '2,4p' a | sed '/^$/d' a | sed '2d' a | sed '$d' a | sed -n '$p' a | sed 's/\\(.*\\) \\(.*\\)/\\2 \\1/' a | sed -E 's/(b) ([0-9])/\\2-\\1/' a
sed 's#l#/#2' | sed 's/o/[&]/g' | sed 1q a | sed -n '/a/,/c/p' a | sed '1,/^a/d' a | sed 'y/abc/xyz/' a | sed -e 1d -e s/c/C/ a | sed = a | sed '2a new' a | sed '2i new' a | sed '2c new' a
sed -n '/b/=' a | sed 'N;s/\\n/+/' a | sed '$!N;P;D' a | sed G a | sed -n '1!G;h;$p' a | sed 's/x*/-/g' | sed 's/\\n/x/' a | sed ':a;s/^.\\{1,8\\}$/ &/;ta' a | sed '/b/!s/^/> /' a | sed -n 's/b/B/p' a
sed 's/[^,]*$/X/' a | sed 's/.*/"&"/' a | sed '2,3!d' a | sed -n '2{p;p}' a | sed '/a/{n;d}' a | sed 's/a/\\n/' a | sed '/a/s//Z/' a | sed p empty
awk '{print $1}' a | awk -F: '{print $1, $3}' fields | awk '{s+=$2} END {print s}' a | awk 'NR==2' a | awk 'NF' a | awk '/b/{n++} END{print n+0}' a | awk '{print NF ": " $0}' a
awk 'BEGIN{printf "%5.2f|%-5s|%05d\\n", 3.14159, "ab", 42}' | awk '{$1="x"; print}' a | awk '{print length($0)}' a | awk 'BEGIN{print substr("hello",2,3), index("hello","l")}'
awk '{a[$1]+=$2} END{for(k in a) n++; print n, a["b"]}' a | awk 'BEGIN{n=split("a:b:c",x,":"); print n, x[2]}' | awk '{gsub(/l/,"L"); print}' | awk 'BEGIN{x="A"; print tolower(x) toupper("b")}'
awk 'BEGIN{while(i<3){print i++}}' | awk 'BEGIN{for(i=5;i>0;i-=2)print i}' | awk -v n=3 'BEGIN{print n*2}' | awk 'NR>1{print $1}' a | awk '$2>1{print $1}' a | awk 'BEGIN{print 1==1.0, "a"<"b", 7%3}'
awk 'END{print NR, $0}' a | awk '{print; next; print "no"}' a | awk 'NR==2{exit 3} {print}' a | awk 'BEGIN{print -3 % 2, 1/4, 1e6, 123456789, 0.1+0.2}' | awk '$1 ~ /^b$/' a | awk '{print $NF}' a | awk 'BEGIN { if (!(3 in a)) print "no"; a[3]; if (3 in a) print "yes" }'
awk 'function f(n) { return n < 2 ? 1 : n * f(n - 1) } BEGIN { print f(5), f(10) }' | awk 'function fill(t, n,  i) { for (i = 1; i <= n; i++) t[i] = i * i } BEGIN { fill(sq, 4); print sq[1], sq[4], length(sq), i + 0 }'
awk 'function first(s) { if (s == "") return; return substr(s, 1, 1) } { print first($1) "." }' a | awk 'function up(t, k) { t[k]++ } { up(seen, $1) } END { print seen["a"], seen["b"] }' a | awk 'function g(x) { x = 7; return x } BEGIN { x = 1; g(x); print x, g(x) }'
awk 'BEGIN { while ((getline line < "a") > 0) n++; print n, (getline line < "nosuch") }' | awk '{ getline other < "b"; print $0 "|" other }' a | awk 'BEGIN { getline < "a"; print $1, NF }'
awk 'BEGIN { print "x" > "zz"; close("zz"); getline l < "zz"; print l; close("zz"); getline m < "zz"; print m }' | kill
nl a | rev a | tac a | fold -w 3 a | paste a a | paste -d, b b | paste -s a | seq 5 | seq 2 2 9 | seq 5 -1 1 | seq -w 8 11 | seq 3 1 | basename /a/b/c.txt .txt | basename / | basename a/ | dirname /a/b | dirname a | dirname /a | dirname a/b/
expr 1 + 2 | expr 7 / 2 | expr -7 % 3 | expr abc : 'a\\(.*\\)' | expr abc : ab | expr 1 '<' 2 | expr a = b | expr length abcd | expr 0 | expr 3 '|' 4 | expr substr hello 2 3
test -f a | test a = b | test 1 -lt 2 | test -z '' | test ! -d a | test 1 -eq x | test -n a -a -n b | printf '%s-%d\\n' a 1 b 2 | printf '%5s|%-5s|%05.1f\\n' a b 3.14159 | printf '%x %o %c\\n' 255 8 hello | printf '\\101\\t\\n' | printf '%b' 'a\\tb\\n' | printf '%s\\n'
echo a b | echo -n a | echo -e 'a\\tb' | echo -e 'a\\cb' | echo -x | base64 a | md5sum a | sha256sum a b | od -c a | od -x b | od -b b | hexdump -C a | xxd b | cmp a a | cmp a b | diff a a | diff a b | diff empty a
strings a | strings -n 3 b | strings -f long | strings -t d fields | gzip nosuch | gunzip a | zcat a | gzip -d a | dd if=a bs=4 count=2 status=none | dd if=a bs=3 skip=1 status=none | dd if=nosuch | dd bs=x
dd foo=1 | dd if=a of=/dev/null bs=4 status=noxfer | getopt -o ab:c -- -a -b 1 x y | getopt -o a -l help,file: -- --file f -a word --help | getopt -o a -- -z | getopt ab:c -a -b 1 x | getopt -o +a -- x -a
getopt -o a: -- -a | tar | tar t | tar cf - nosuch | link a | link nosuch zz | link a b
sleep x | sleep | true | false | env -i A=b env | env -i A=1 printenv A | rm nosuch | rmdir nosuch | ls nosuch | mkdir a | cat | head -n x a | cut a | tr | sort -k x a | ls -q1z | expand open | xargs echo | xargs -n 2 echo x | xargs -I X echo '<X>'
""".replace("\n", "|")  # fmt: skip


def split_table() -> list[list[str]]:
    """The table's commands: a bar inside quotes is no border."""
    out, pending = [], ""
    for part in COMMANDS.split("|"):
        pending = f"{pending}|{part}" if pending else part
        try:
            words = shlex.split(pending.replace("\\\\", "\\"))
        except ValueError:
            continue
        pending = ""
        if words:
            out.append(words)
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("oracle")
    for name, text in FILES.items():
        (path / name).write_text(text)
    return path


def real(folder, argv: list[str], stdin: str) -> tuple[str, str, int]:
    done = subprocess.run(
        argv,
        cwd=folder,
        input=stdin.encode(),
        capture_output=True,
        timeout=10,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        check=False,
    )
    return (
        done.stdout.decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "surrogateescape"),
        done.returncode,
    )


@pytest.mark.skipif(BUSYBOX is None, reason="no busybox on this machine")
@pytest.mark.parametrize("words", split_table(), ids=" ".join)
def test_prints_what_busybox_prints(rig, folder, words):
    out, err, code = real(folder, [BUSYBOX, *words], INPUT)
    found = rig.run(f"busybox:{words[0]}", *words[1:], stdin=INPUT)
    assert (found.out, found.code) == (out, code)
    # Usage texts are our own: only the line before them has to be the same.
    assert found.err.partition("\n")[0].replace("BusyBox v1.36.1", "") == err.partition("\n")[0] or "BusyBox" in err


LETTERS = "ab1. \n"


def patterns(dice: random.Random) -> str:
    parts = ["a", "b", ".", "a*", "[ab]", "[^a]", "b\\{1,2\\}", "\\(a\\|b\\)", "1", "^", "$"]
    return "".join(dice.choice(parts) for _ in range(dice.randint(1, 4)))


@pytest.mark.skipif(BUSYBOX is None, reason="no busybox on this machine")
def test_any_pattern_finds_what_busybox_finds(rig, folder):
    dice = random.Random(7)
    for _ in range(BUDGET):
        text = "".join(dice.choice(LETTERS) for _ in range(dice.randint(0, 40)))
        pattern = patterns(dice)
        for words in (
            ["grep", "-n", pattern],
            ["grep", "-o", pattern],
            ["sed", f"s/{pattern}/<&>/g"],
            ["sed", "-n", f"/{pattern}/p"],
        ):
            out, _, code = real(folder, [BUSYBOX, *words], text)
            found = rig.run(f"busybox:{words[0]}", *words[1:], stdin=text)
            assert (found.out, found.code) == (out, code), (words, text)
