"""Small files for tests, made here."""

import struct
import zlib


def make_pdf(body: bytes = b"", *, trailer: bytes = b"") -> bytes:
    """A PDF as simple as a copier makes it; what is in *body* is an object of its own."""
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        + body
        + b"\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 3 "
        + trailer
        + b">>\nstartxref\n9\n%%EOF\n"
    )


def make_png(width: int = 3, height: int = 2, *, rows: bytes | None = None) -> bytes:
    """Grey pixels."""
    packed = zlib.compress((b"\0" + b"\x80" * width) * height if rows is None else rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def make_jpeg(width: int = 3, height: int = 2) -> bytes:
    """Its segments as they stand in a photo; the pixels are not real."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\1\0\0\x3f\0"
    return b"\xff\xd8" + app + frame + scan + b"\x12\x34\xff\xd9"
