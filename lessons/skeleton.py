"""The folder of a new lesson: small, whole, and provable as it is."""

from pathlib import Path

import re2

from lessons import stamps
from lessons.catalogue import LANGUAGES

SLUG = re2.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MANIFEST = """```yaml file=/root/web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.27
```"""
RUN = """```console
$ kubectl apply -f web.yaml
```"""
FILES = {
    "lesson.yaml": """chapter: 1
order: 99
minutes: 10
difficulty: 1

steps:
- id: create
  checks:
  - id: pod
    object: pods/default/web
    where: {"status.conditions[type=Ready].status": "True"}
    ever: true
    otherwise:
    - id: not-ready
      object: pods/default/web
  hints:
  - id: no-file
    when: {command: "kubectl .*", output: {contains: does not exist}}

- id: count
  questions:
  - id: containers
    number: 1

mistakes:
- id: misspelt
  when: {command: "kubectl .*", output: {contains: unknown command}}
  try: [kubectl aply]
""",
    "en.md": f"""# A new lesson

What it is about.

## Create the Pod {{#create}}

{MANIFEST}

{RUN}

### Missing {{#pod}}
There is no Pod `web`.

### Missing {{#not-ready}}
The Pod `web` is `{{found:status.phase}}`, but not ready yet.

### Hint
The manifest is written to the host when you save it.

### Hint {{#no-file}}
Save `web.yaml` in the editor first: `kubectl` reads the file on the host.

## Look at it {{#count}}

```console
$ kubectl get pod web
```

### Question {{#containers}}
How many containers does the Pod have?

#### Right {{#right}}
One, as the column `READY` says.

#### Wrong {{#wrong}}
Look at the number after the stroke in the column `READY`.

## A misspelt command {{#misspelt}}
Read what `kubectl` suggests.

## Debrief

What was learnt.
""",
    "zh-hans.md": f"""# 新的一课

讲什么。

## 创建 Pod {{#create}}

{MANIFEST}

{RUN}

### Missing {{#pod}}
还没有 Pod `web`。

### Missing {{#not-ready}}
Pod `web` 的阶段是 `{{found:status.phase}}`,但还没有就绪。

### Hint
保存之后,清单才会写到主机上。

### Hint {{#no-file}}
先在编辑器里保存 `web.yaml`:`kubectl` 读的是主机上的文件。

## 看一看 {{#count}}

```console
$ kubectl get pod web
```

### Question {{#containers}}
这个 Pod 有几个容器?

#### Right {{#right}}
一个,`READY` 一列就是这么写的。

#### Wrong {{#wrong}}
看看 `READY` 一列斜线后面的数字。

## 命令写错了 {{#misspelt}}
看看 `kubectl` 建议你用什么。

## 小结

学到了什么。
""",
    "solution.md": f"""---
title: The solution
---

{MANIFEST}

```console
$ kubectl apply -f web.yaml
pod/web created
$ kubectl wait --for=condition=Ready pod/web --timeout=120s
pod/web condition met
```

```answer question=containers
1
```
""",
}


def create(content: Path, slug: str) -> Path:
    """Make the folder *slug* below *content*; raises ValueError if the name is no slug or is taken."""
    if not SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} is no name for a lesson: use lower-case letters, digits and hyphens")
    folder = content / slug
    if folder.exists():
        raise ValueError(f"there is already a lesson {slug!r}")
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    stamps.write(folder, LANGUAGES)
    return folder
