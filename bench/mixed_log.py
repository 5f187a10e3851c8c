#!/usr/bin/env python3
"""Writes one event log of a given size out of the chunks of many, shuffled: what a scan of a
whole estate meets.

    bench/mixed_log.py OUT SIZE_MB FOLDER

SIZE counts bytes of records. Chunks are self-contained, so any order is a valid log."""

import pathlib
import random
import struct
import sys

CHUNK, HEADER, FIRST_RECORD = 65536, 4096, 512


def record_bytes(chunk):
    at, total = FIRST_RECORD, 0
    while at + 8 <= CHUNK and chunk[at:at + 4] == b"\x2a\x2a\0\0":
        size = struct.unpack_from("<I", chunk, at + 4)[0]
        if size < 28 or at + size > CHUNK:
            break
        total, at = total + size, at + size
    return total


def main():
    out, megabytes, folder = sys.argv[1:]
    chunks = []
    for path in sorted(pathlib.Path(folder).rglob("*.evtx")):
        data = path.read_bytes()
        for at in range(HEADER, len(data) - CHUNK + 1, CHUNK):
            chunk = data[at:at + CHUNK]
            if chunk[:8] == b"ElfChnk\0" and record_bytes(chunk):
                chunks.append((chunk, record_bytes(chunk)))
    header = bytearray(data[:HEADER])
    total, order = 0, random.Random(1)
    with open(out, "wb") as log:
        log.write(header)
        while total < int(megabytes) * 1_000_000:
            order.shuffle(chunks)
            for chunk, size in chunks:
                log.write(chunk)
                total += size
                if total >= int(megabytes) * 1_000_000:
                    break
    print(total)


main()
