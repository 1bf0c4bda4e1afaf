"""What is said of files, manifests and images.

A file of another machine than the learner's own is called as in `node01:/root/a.yaml`.

    files.wanted        {path, moment?}                 moment: {branch, at, number}, as it was then
    file.wanted         {path, moment?}
    file.saved          {id, path, content, over?}      over: the sum of the text that it is written over (labsite/sandboxes/texts.py)
    editor.closed       {id, path}
    manifest.wanted     {id, path, content, diff?}      what would `kubectl apply` say, if that were in the file?
    kind.wanted         {id, version, kind}             the fields of a custom kind; without a kind: which ones are there?
    registries.wanted   {moment?}
"""

from labsite.console.messages.base import Content, Id, Input, Message, Moment, Name, Path, Word


class FilesWanted(Message, tag="files.wanted", frozen=True):
    """Which files are there?"""

    path: Path
    moment: Moment | None = None


class FileWanted(Message, tag="file.wanted", frozen=True):
    """What is in the file?"""

    path: Path
    moment: Moment | None = None


class FileSaved(Input, tag="file.saved", frozen=True):
    """The editor stores a file."""

    path: Path
    content: Content
    over: Word | None = None


class EditorClosed(Input, tag="editor.closed", frozen=True):
    """The editor that a program had opened was closed."""

    path: Path


class ManifestWanted(Message, tag="manifest.wanted", frozen=True):
    """What would come of applying it?"""

    id: Id
    path: Path
    content: Content
    diff: bool = False


class KindWanted(Message, tag="kind.wanted", frozen=True):
    """Which fields has a custom kind?"""

    id: Id
    version: Name
    kind: Name


class RegistriesWanted(Message, tag="registries.wanted", frozen=True):
    """What is in the registries of this scenario?"""

    moment: "Moment | None" = None


All = FilesWanted | FileWanted | FileSaved | EditorClosed | ManifestWanted | KindWanted | RegistriesWanted
