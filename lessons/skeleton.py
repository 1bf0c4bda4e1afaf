"""The folder of a new lesson: small, whole, and provable as it is."""

from pathlib import Path

import re2

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
    "lesson.yaml": """chapter: 99
order: 1
minutes: 10

steps:
- id: create
  checks:
  - id: pod
    object: pods/default/web
    where: {"status.conditions[type=Ready].status": "True"}
    ever: true

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
There is no Pod `web` that is ready.

### Hint
The manifest is written to the host when you save it.

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
还没有就绪的 Pod `web`。

### Hint
保存之后,清单才会写到主机上。

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
    return folder
