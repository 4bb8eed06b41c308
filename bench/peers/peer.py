"""How a peer talks with the bench: for each line that names a pass, one with its time and what came of it.

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


def versions(*modules, **others):
    """Prints the versions of Python and of what a peer imports."""
    print(json.dumps({"python": platform.python_version(), **{module.__name__: module.__version__ for module in modules}, **others}))


def serve(passes):
    """Answers until the bench hangs up.

    passes: name -> (work, check); work() is timed, check(its result) gives the text that both sides must agree on.
    """
    for line in sys.stdin:
        work, check = passes[line.strip()]
        start = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "checksum": check(result)}), flush=True)
