"""Static files with hashed names, without the seconds that compressing them takes."""

from collections.abc import Iterator
from typing import Any

from labsite.pages.storage import HashedModules


class Uncompressed(HashedModules):
    """The site's own storage, but nothing is compressed."""

    def compress_files(self, paths: Any) -> Iterator[tuple[str, str]]:
        return iter(())
