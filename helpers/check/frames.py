"""Messages between kernel and worker: a JSON head and a body of bytes, each led by its length."""

import json
import struct

_LENGTHS = struct.Struct(">II")


def write(stream, head, body=b""):
    """Send one message, whole."""
    text = json.dumps(head).encode("ascii")
    stream.write(_LENGTHS.pack(len(text), len(body)) + text + body)
    stream.flush()


def read(stream):
    """Return (head, body) of the next message, or None at the end of the stream."""
    lengths = _exactly(stream, _LENGTHS.size)
    if lengths is None:
        return None
    head, body = _LENGTHS.unpack(lengths)
    text, data = _exactly(stream, head), _exactly(stream, body)
    return None if text is None or data is None else (json.loads(text), data)


def _exactly(stream, size):
    parts = []
    while size:
        part = stream.read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
