"""Archives of other programs, and random reads of their rows and members by h5py and tarfile.

adopted_archives.py versions    what it is made of
adopted_archives.py gen DIR     makes HDF5 files, a folder of small files, and a tar archive
adopted_archives.py serve DIR   reads rows and members, as the bench asks
"""
import io
import os
import sys
import tarfile

import h5py
import numpy as np

import peer

SCALE = float(os.environ.get("PILE_BENCH_SCALE", 1))  # a smaller scale only shows that the bench works
TABLES, TABLE_ROWS, SAMPLES, COLUMNS = max(int(18 * SCALE), 1), 8000, 4000, 4  # 9.2 GB
GROUP_FILES, GROUPS, GROUP_SAMPLES = max(int(100 * SCALE), 1), 1000, 2500  # 10^5 groups, 1 GB
FOLDERS, FILES = max(int(1000 * SCALE), 1), 1000
SPECTRA = max(int(5000 * SCALE), 100)  # 0.3 GB
SPECTRUM, FLUXES = ["flux", "ivar", "lsf_sigma", "lambda"], ["SPECTROFLUX", "SPECTROFLUX_IVAR", "SPECTROSYNFLUX", "SPECTROSYNFLUX_IVAR"]
SCALARS = ["VDISP", "VDISP_ERR", "Z", "Z_ERR"]
MEMBERS, READS, SLOW_READS = max(int(200_000 * SCALE), 100), 20_000, 20


def generate(folder):
    rng = np.random.default_rng(1)
    os.makedirs(f"{folder}/hdf5/tables")
    os.makedirs(f"{folder}/hdf5/groups")
    block = rng.normal(size=(TABLE_ROWS, SAMPLES)).astype("f4")
    for number in range(TABLES):
        with h5py.File(f"{folder}/hdf5/tables/{number:03}.hdf5", "w") as file:
            file["object_id"] = np.array([f"t{number}-{row}".encode() for row in range(TABLE_ROWS)])
            file["ra"], file["dec"] = rng.uniform(0, 360, TABLE_ROWS), rng.uniform(-90, 90, TABLE_ROWS)
            for column in range(COLUMNS):
                file.create_dataset(f"samples_{column}", data=block, chunks=(1, SAMPLES))
    for number in range(GROUP_FILES):
        with h5py.File(f"{folder}/hdf5/groups/{number:03}.hdf5", "w") as file:
            for row in range(GROUPS):
                group = file.create_group(f"g{number}-{row}")
                group["object_id"], group["ra"], group["dec"] = f"g{number}-{row}", rng.uniform(0, 360), rng.uniform(-90, 90)
                group["samples_0"] = block[row, :GROUP_SAMPLES]
    rows = max(int(20_000 * SCALE), 100)
    values = rng.normal(size=(rows, SAMPLES)).cumsum(axis=1).astype("f4")
    with h5py.File(f"{folder}/rows.hdf5", "w") as file:
        file["object_id"] = np.arange(rows)
        file["contiguous"] = values
        file.create_dataset("gzip", data=values, chunks=(1, SAMPLES), compression="gzip", shuffle=True)
    with h5py.File(f"{folder}/sdss.hdf5", "w") as file:  # the datasets that the SDSS loader of the Multimodal Universe reads
        file["object_id"], file["healpix"] = np.arange(SPECTRA).astype("S"), np.zeros(SPECTRA, "i8")
        file["ra"], file["dec"] = rng.uniform(0, 360, SPECTRA), rng.uniform(-90, 90, SPECTRA)
        for name in SPECTRUM:
            file["spectrum_" + name] = rng.normal(size=(SPECTRA, SAMPLES)).astype("f4")
        file["spectrum_mask"] = rng.random((SPECTRA, SAMPLES)) < 0.1
        for name in FLUXES:
            file[name] = rng.normal(size=(SPECTRA, 5)).astype("f4")
        for name in SCALARS:
            file[name] = rng.normal(size=SPECTRA).astype("f4")
        file["ZWARNING"] = rng.random(SPECTRA) < 0.1
    np.save(f"{folder}/spectra.npy", rng.integers(0, SPECTRA, SPECTRA).astype("i8"))
    for number in range(FOLDERS):
        os.makedirs(f"{folder}/files/{number:04}")
        for file in range(FILES):
            with open(f"{folder}/files/{number:04}/{file:04}.json", "wb") as output:
                output.write(b'{"file": %d, "folder": %d}' % (file, number))
    with tarfile.open(f"{folder}/members.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
        for number in range(MEMBERS):
            content = rng.bytes(int(rng.integers(200, 2048)))
            member = tarfile.TarInfo(f"{number % 1000:03}/{number:06}.bin")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    np.save(f"{folder}/rows.npy", rng.integers(0, rows, READS).astype("i8"))
    np.save(f"{folder}/members.npy", rng.integers(0, MEMBERS, READS).astype("i8"))


def serve(folder):
    rows, members = np.load(f"{folder}/rows.npy"), np.load(f"{folder}/members.npy")
    spectra = np.load(f"{folder}/spectra.npy")
    with h5py.File(f"{folder}/rows.hdf5", "r") as file, h5py.File(f"{folder}/sdss.hdf5", "r") as sdss, tarfile.open(f"{folder}/members.tar") as tar:
        listed = tar.getmembers()

        def read(name):
            dataset, total = file[name], 0.0
            for row in rows:
                total += float(dataset[row][0])
            return total

        def whole_rows():
            total = 0.0
            for row in spectra:
                read = {name: sdss[name][row] for name in ["object_id", "ZWARNING", *SCALARS, *FLUXES]}
                spectrum = {name: sdss["spectrum_" + name][row] for name in [*SPECTRUM, "mask"]}
                total += float(spectrum["flux"][0]) + float(read["Z"]) + int(spectrum["mask"][-1])
            return total

        def listed_members():
            total = 0.0
            for number in members:
                content = tar.extractfile(listed[number]).read()
                total += len(content) + content[0]
            return total

        def named_members():
            total = 0.0
            for number in members[:SLOW_READS]:
                content = tar.extractfile(tar.getmember(f"{number % 1000:03}/{number:06}.bin")).read()
                total += len(content) + content[0]
            return total

        peer.serve({
            "rows": (whole_rows, peer.bits), "contiguous": (lambda: read("contiguous"), peer.bits), "gzip": (lambda: read("gzip"), peer.bits),
            "listed": (listed_members, peer.bits), "named": (named_members, peer.bits),
        })


if __name__ == "__main__":
    {"versions": lambda: peer.versions(h5py, np, HDF5=h5py.version.hdf5_version), "gen": generate, "serve": serve}[sys.argv[1]](*sys.argv[2:])
