"""Just enough of Sparkplug B's protobuf to play an edge node, written from the specification's field numbers."""

import struct


def _varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field, value):
    return _varint(field << 3) + _varint(value)


def _bytes(field, value):
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def metric(name=None, value=None, *, alias=None, at=None, historical=False, unit=None):
    """One metric: a float is a Double, an int an Int64, a str a String, a bool a Boolean."""
    out = b""
    if name is not None:
        out += _bytes(1, name.encode())
    if alias is not None:
        out += _number(2, alias)
    if at is not None:
        out += _number(3, at)
    kinds = {float: 10, bool: 11, int: 4, str: 12}
    if value is not None:
        out += _number(4, kinds[type(value)])
    if historical:
        out += _number(5, 1)
    if unit is not None:
        out += _bytes(9, _bytes(1, b"engUnit") + _bytes(2, _number(1, 12) + _bytes(8, unit.encode())))
    if isinstance(value, bool):
        out += _number(14, int(value))
    elif isinstance(value, float):
        out += _varint(13 << 3 | 1) + struct.pack("<d", value)
    elif isinstance(value, int):
        out += _number(11, value)
    elif isinstance(value, str):
        out += _bytes(15, value.encode())
    return out


def payload(metrics, *, seq=None, at=None):
    out = b"" if at is None else _number(1, at)
    for one in metrics:
        out += _bytes(2, one)
    return out if seq is None else out + _number(3, seq)
