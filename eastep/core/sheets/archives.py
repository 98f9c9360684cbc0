"""The parts of an XLSX or ODS file (both are ZIP archives), unpacked piece by piece and counted as they are.

What the archive declares is checked first, since that costs nothing, but never believed: a part that is
larger than declared, hides behind a second directory or unpacks a thousandfold ends the reading before it
fills the memory.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from eastep.core.sheets.model import Limits
from eastep.core.sheets.refusals import refusal

_CHUNK = 1 << 18
_FED = 1 << 16
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_END_OF_DIRECTORY = b"PK\x05\x06"
_ZIP64 = b"PK\x06\x07"


class Archive:
    """The parts of a ZIP file that is exactly what its directory says."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        if content.rfind(_END_OF_DIRECTORY) < 0:
            raise refusal("cut_off")
        tail = content[-66_000:]
        if tail.count(_END_OF_DIRECTORY) > 1 or _ZIP64 in tail:  # two directories: two readers see two files
            raise refusal("damaged", detail="ZIP")
        try:
            self.parts = zipfile.ZipFile(BytesIO(content)).infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise refusal("damaged", detail="ZIP") from error
        self.content = content
        self.limits = limits
        self.names = {part.filename for part in self.parts}
        self._unpacked: dict[str, int] = {}  # bytes of each part that were gone through
        if len(self.parts) > limits.parts:
            raise refusal("bomb", detail=f"{len(self.parts)} > {limits.parts}")
        if len(self.names) != len(self.parts):
            raise refusal("damaged", detail="ZIP")
        declared = sum(part.file_size for part in self.parts)
        if declared > limits.unpacked_bytes:
            raise refusal("bomb", detail=f"{declared // 1_000_000} MB")
        if any(part.flag_bits & 1 for part in self.parts):
            raise refusal("protected")

    def chunks(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """The part, unpacked piece by piece."""
        start = self._start(part)
        packed = memoryview(self.content)[start : start + part.compress_size]
        if len(packed) < part.compress_size:
            raise refusal("cut_off")
        others = sum(size for name, size in self._unpacked.items() if name != part.filename)
        size = 0
        for chunk in _stored(packed) if part.compress_type == zipfile.ZIP_STORED else _inflated(packed):
            size += len(chunk)
            self._unpacked[part.filename] = size
            steep = size > self.limits.ratio_from and size > self.limits.unpack_ratio * part.compress_size
            if steep or others + size > self.limits.unpacked_bytes:
                raise refusal("bomb", detail=part.filename[:80])
            yield chunk
        if size != part.file_size:  # the directory lies
            raise refusal("damaged", detail=part.filename[:80])

    def read(self, name: str) -> bytes:
        """A small part as a whole; b"" if there is none."""
        return next((b"".join(self.chunks(part)) for part in self.parts if part.filename == name), b"")

    def _start(self, part: zipfile.ZipInfo) -> int:
        try:
            mark, name, extra = _LOCAL_HEADER.unpack_from(self.content, part.header_offset)
        except struct.error as error:
            raise refusal("cut_off") from error
        if mark != b"PK\x03\x04" or part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise refusal("damaged", detail=part.filename[:80])
        start: int = part.header_offset + _LOCAL_HEADER.size + name + extra
        return start


def _stored(packed: memoryview) -> Iterator[bytes]:
    for start in range(0, len(packed), _CHUNK):
        yield bytes(packed[start : start + _CHUNK])


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(packed), _FED):
            chunk = inflate.decompress(packed[start : start + _FED], _CHUNK)
            while chunk:
                yield chunk
                chunk = inflate.decompress(inflate.unconsumed_tail, _CHUNK)
    except zlib.error as error:
        raise refusal("damaged", detail="ZIP") from error
    if not inflate.eof:
        raise refusal("cut_off")
