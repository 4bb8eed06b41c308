"""How a peer talks with the bench: first a line with its versions; then, for each line that names a pass, one with its time and what it read.

Time is that of the pass alone: what is compared afterwards is made after the clock has stopped.
"""
import hashlib
import json
import platform
import struct
import sys
import time


def sha256(*arrays):
    """SHA-256 over the bytes of arrays, one after the other."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(memoryview(array).cast("B"))
    return digest.hexdigest()


def bits(value):
    """A float64 as the hexadecimal text of its bits: sums agree to the last bit or not at all."""
    return struct.pack(">d", value).hex()


def serve(versions, passes):
    """Answers until the bench hangs up.

    versions: name -> version of what is measured.
    passes: name -> (work, check); work() is timed, check(its result) gives the text that both sides must agree on.
    """
    print(json.dumps({"python": platform.python_version(), **versions}), flush=True)
    for line in sys.stdin:
        work, check = passes[line.strip()]
        start = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "checksum": check(result)}), flush=True)
