"""Pictures and documents of the sandbox, made when asked for: nothing binary is kept in the repository."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 720, 480
#: Corner colours: sand to clay, sage to pine, lilac to plum, blush to rose, sky to slate.
PALETTES = (
    ((0xDD, 0xB5, 0x8E), (0x7E, 0x52, 0x3A)),
    ((0xA4, 0xBF, 0xAC), (0x3C, 0x62, 0x55)),
    ((0xCF, 0xC8, 0xDF), (0x6C, 0x5C, 0x8C)),
    ((0xEE, 0xC9, 0xC2), (0xA4, 0x5B, 0x64)),
    ((0xC4, 0xD5, 0xE0), (0x4A, 0x63, 0x78)),
)


@lru_cache(maxsize=64)
def png(name: str) -> bytes:
    """A soft two-colour picture; the same name gives the same picture."""
    light, dark = PALETTES[zlib.crc32(name.encode()) % len(PALETTES)]
    # One long row holds every shade; each line of the picture is a window on it, so it slants.
    steps = WIDTH + HEIGHT
    shades = bytes(
        round(a + (b - a) * step / steps) for step in range(steps) for a, b in zip(light, dark, strict=True)
    )
    rows = b"".join(b"\0" + shades[line * 3 : (line + WIDTH) * 3] for line in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@lru_cache(maxsize=64)
def pdf(title: str) -> bytes:
    """A document of one page that bears its title."""
    shown = title.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    stream = b"BT /F1 18 Tf 72 740 Td (" + shown + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
