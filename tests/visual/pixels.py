"""How many pixels of two screenshots differ. PNG as Chromium writes it: 8 bit RGB or RGBA, not interlaced."""
import itertools
import zlib

ENOUGH = 100_000  # differing pixels; taking a PNG apart in Python is slow


def height_of(png):
    return int.from_bytes(png[20:24], "big")


def rows_of(png):
    """(width, bytes per pixel, rows) of a PNG."""
    at, data, width, channels = 8, b"", 0, 0
    while at < len(png):
        length, kind = int.from_bytes(png[at:at + 4], "big"), png[at + 4:at + 8]
        body = png[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width = int.from_bytes(body[:4], "big")
            depth, colour, interlaced = body[8], body[9], body[12]
            if depth != 8 or colour not in (2, 6) or interlaced:
                raise ValueError("a PNG of a kind that Chromium does not write")
            channels = 3 if colour == 2 else 4
        elif kind == b"IDAT":
            data += body
        at += length + 12
    return width, channels, _rows(zlib.decompress(data), width * channels, channels)


def _rows(raw, stride, channels):
    above = bytes(stride)
    for begin in range(0, len(raw), stride + 1):
        above = _unfiltered(raw[begin], bytearray(raw[begin + 1:begin + 1 + stride]), above, channels)
        yield above


def _unfiltered(kind, row, above, step):
    """PNG specification, section 9.2."""
    if kind == 1:
        for i in range(step, len(row)):
            row[i] = (row[i] + row[i - step]) & 255
    elif kind == 2:
        for i, up in enumerate(above):
            row[i] = (row[i] + up) & 255
    elif kind == 3:
        for i, up in enumerate(above):
            row[i] = (row[i] + ((row[i - step] if i >= step else 0) + up) // 2) & 255
    elif kind == 4:
        for i, b in enumerate(above):
            a, c = (row[i - step], above[i - step]) if i >= step else (0, 0)
            p = a + b - c
            pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
            row[i] = (row[i] + (a if pa <= pb and pa <= pc else b if pb <= pc else c)) & 255
    return row


def differing(one, two):
    """(number of pixels that differ, the first of them or None) of two lists of shots; stops counting at ENOUGH."""
    count, first, top = 0, None, 0
    for a, b in itertools.zip_longest(one, two):
        if a == b:
            top += height_of(a)
            continue
        width, channels, these = rows_of(a) if a else (0, 0, [])
        other_width, _, those = rows_of(b) if b else (0, 0, [])
        for here, there in itertools.zip_longest(these, those):
            n, x = _differing_in_row(here, there, channels) if here and there else (max(width, other_width), 0)
            if n:
                count, first = count + n, first or (x, top)
            if count >= ENOUGH:
                return count, first
            top += 1
    return count, first


def _differing_in_row(here, there, channels):
    if here == there:
        return 0, None
    at = [i for i in range(0, len(here), channels) if here[i:i + channels] != there[i:i + channels]]
    return len(at), at[0] // channels
