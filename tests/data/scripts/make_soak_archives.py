#!/usr/bin/python3
"""Writes HDF5 files and tar archives of other programs that tests/Pile.Soak damages.

    ./make_soak_archives.py FOLDER DATA

Members of the tar archives are files in DATA (tests/data). GNU tar writes the sparse ones, which Python only reads.
"""
import io
import os
import pathlib
import subprocess
import sys
import tarfile

import h5py
import numpy as np

folder, data = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
ROWS = 6


def table(path, version):
    rng = np.random.default_rng(5)
    with h5py.File(path, "w", libver=version) as f:
        f["object_id"] = np.arange(ROWS)
        f["ra"], f["dec"] = rng.uniform(0, 360, ROWS), rng.uniform(-90, 90, ROWS)
        f["plain"] = rng.random((ROWS, 40))
        f.create_dataset("gzip", data=rng.random((ROWS, 3, 5)), chunks=(4, 2, 2), compression="gzip", shuffle=True)
        f.create_dataset("lzf", data=rng.random((ROWS, 3, 5)), chunks=(2, 3, 5), maxshape=(None, 3, 5), compression="lzf")
        f.create_dataset("sums", data=np.arange(ROWS * 12, dtype=">i4").reshape(ROWS, 12), chunks=(1, 12), fletcher32=True,
                         maxshape=(None, None))
        f.create_dataset("names", data=[f"Z{i}" for i in range(ROWS)], dtype=h5py.string_dtype())
        f["fixed"] = np.array([b"abc"] * ROWS)
        ragged = f.create_dataset("ragged", (ROWS,), dtype=h5py.vlen_dtype("f4"))
        for i in range(ROWS):
            ragged[i] = np.arange(i)
        f.create_dataset("class", data=np.arange(ROWS) % 3, dtype=h5py.enum_dtype({"star": 0, "galaxy": 1, "quasar": 2}))
        f.create_dataset("fits", data=np.zeros(ROWS, [("p", ">i4"), ("q", "S3"), ("r", "f2")]), chunks=(4,))
        f["plain"].attrs["unit"] = "Jy"


def objects(path, version):
    rng = np.random.default_rng(7)
    with h5py.File(path, "w", libver=version) as f:
        for i in range(ROWS):
            g = f.create_group(f"o{i}")
            g["ra"], g["dec"], g["name"], g.attrs["z"] = 1.0, 2.0, f"n{i}", 0.1
            g["spectrum/flux"] = rng.random(20 + i)
            g.create_dataset("cube", data=rng.random((3, 5, 4)), chunks=(2, 2, 3), compression="gzip")


def tar(path, form):
    """Files with the same stem, long and Unicode names, links, a folder, a member that replaces another, and empty ones."""
    long = "long/" * (18 if form == tarfile.USTAR_FORMAT else 60)
    real = [data / "hdf5/h5wasm/vlen.h5", data / "hdf5/purehdf/h5ex_d_compact.h5", data / "hdf5/shard.h5dump.txt"]
    names = ["a.h5", "a.json", "b.h5", "b.json", long + "c.h5", long + "c.json", "größe/ü.h5", "größe/星.json", "empty.h5", "a.json"]
    with tarfile.open(path, "w", format=form) as archive:
        for i, name in enumerate(names):
            content = b"" if name == "empty.h5" else real[i // 2 % 3].read_bytes() if name.endswith(".h5") else b'{"row": %d}' % i
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1.5e9 + (i / 4 if form == tarfile.PAX_FORMAT else i)
            info.pax_headers = {"comment": "x" * 20 * i, "SCHILY.xattr.user.name": "é"} if form == tarfile.PAX_FORMAT else {}
            archive.addfile(info, io.BytesIO(content))
        for name, kind, target in (("link.h5", tarfile.SYMTYPE, "a.h5"), ("hard.h5", tarfile.LNKTYPE, "b.h5"),
                                   ("far.h5", tarfile.SYMTYPE, long + "c.h5" if form != tarfile.USTAR_FORMAT else "../a.h5"),
                                   ("folder", tarfile.DIRTYPE, "")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.mtime = kind, target, 1_500_000_000
            archive.addfile(info)


for version in ("earliest", "latest"):
    table(folder / f"table-{version}.h5", version)
    objects(folder / f"objects-{version}.h5", version)
for name, form in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
    tar(folder / f"{name}.tar", form)
with open(folder / "sparse", "wb") as f:
    for i in range(30):
        f.seek(i << 16)
        f.write(b"x")
(folder / "dense").write_bytes(b"dense" * 300)
for name in ("sparse", "dense"):
    os.utime(folder / name, (1_500_000_000, 1_500_000_000))
for form in ("gnu", "pax"):
    options = ["--pax-option=delete=atime,delete=ctime,exthdr.name=%d/PaxHeaders/%f"] if form == "pax" else []
    subprocess.run(["tar", f"--format={form}", *options, "-S", "-C", folder, "-cf", folder / f"{form}-sparse.tar", "dense", "sparse"],
                   check=True)
for name in ("sparse", "dense"):
    (folder / name).unlink()
