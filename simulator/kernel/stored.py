"""How a value is stored: as MessagePack, compressed against what all clusters have in common.

`common.zst` is the value of a cluster with a little life in it (tools/common.py makes it). Of a cluster that has just begun only
what differs from it is stored, a tenth of what it would be without. Whoever changes it must raise VERSION, and keep the old one for
what was stored against it (OLDER); what was stored with any other cannot be read.
"""

import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

VERSION = 4
OLDER = (3,)  # versions that can still be read, each with a `common-VERSION.zst` of its own
MARK = b"podlab"  # before the version, one byte
# Higher levels gain a twentieth and take four times as long; the checksum tells what was stored against another `common.zst`.
OPTIONS: Mapping[int, int] = {
    zstd.CompressionParameter.compression_level: 3,
    zstd.CompressionParameter.checksum_flag: 1,
}


class UnknownVersion(Exception):
    """The bytes were written by another release of Podlab, which stored clusters in another form."""


@lru_cache(maxsize=1 + len(OLDER))
def common(version: int = VERSION) -> zstd.ZstdDict:
    """What is taken for known."""
    name = "common.zst" if version == VERSION else f"common-{version}.zst"
    return zstd.ZstdDict(zstd.decompress(files("simulator.kernel").joinpath(name).read_bytes()), is_raw=True)


def made(value: Any) -> bytes:
    """What `common.zst` has to be for *value* to be taken for known."""
    return zstd.compress(msgspec.msgpack.encode(value), level=19)


def pack(value: Any) -> bytes:
    """*value* as it is stored."""
    frame = zstd.compress(msgspec.msgpack.encode(value), options=OPTIONS, zstd_dict=common().as_digested_dict)
    return MARK + bytes([VERSION]) + frame


def unpack(data: bytes) -> Any:
    """What `pack` stored; raises UnknownVersion if another release stored it, or took something else for known."""
    head, frame = data[: len(MARK) + 1], data[len(MARK) + 1 :]
    version = head[-1] if head.startswith(MARK) and len(head) > len(MARK) else None
    if version not in (VERSION, *OLDER):
        raise UnknownVersion(version)
    try:
        return msgspec.msgpack.decode(zstd.decompress(frame, zstd_dict=common(version).as_digested_dict))
    except zstd.ZstdError:
        raise UnknownVersion(version) from None
