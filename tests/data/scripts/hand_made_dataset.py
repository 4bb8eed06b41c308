"""Makes the shards of a small dataset with h5py alone, after SCHEMA.md: usage hand_made_dataset.py FOLDER.

Beside the shards it leaves, in FOLDER/maker:
  rows.jsonl         one line for each row in the order of the index: light columns and pieces under their names in the index
  expected/N.bin     what h5py itself reads back of heavy column number N: every row's own elements, row after row
  facts.json         columns, shards, tiles
"""
import json, os, struct, sys, zlib
import h5py, healpy, numpy as np

folder, rng = sys.argv[1], np.random.default_rng(7)
ROWS, ORDER = 60, 1
os.makedirs(f"{folder}/maker/expected")

table = []
for byte in range(256):
    for _ in range(8):
        byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
    table.append(byte)


def crc32c(data):
    state = 0xFFFFFFFF
    for b in data:
        state = (state >> 8) ^ table[(state ^ b) & 255]
    return state ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283

# Around a field, across 0 h, at both poles.
ra = np.concatenate([rng.normal(150, 2, 30) % 360, rng.normal(0, 1, 15) % 360, rng.uniform(0, 360, 15)])
dec = np.concatenate([rng.normal(2, 2, 30), rng.normal(-30, 1, 15), np.where(np.arange(15) % 2, 89.9, -89.9)])
healpix29 = healpy.ang2pix(2**29, ra, dec, nest=True, lonlat=True)
object_id = np.array([f"obj-{i:03d}" if i % 7 else f"größe {i}" for i in rng.permutation(ROWS)], dtype=object)
order = sorted(range(ROWS), key=lambda i: (healpix29[i], object_id[i].encode()))
ra, dec, healpix29, object_id = ra[order], dec[order], healpix29[order], object_id[order]
cell = healpix29 >> (2 * (29 - ORDER))

n_flux = rng.integers(0, 40, ROWS); n_flux[5] = 0
n_curve = rng.integers(1, 20, ROWS)
n_cube = np.stack([rng.integers(1, 4, ROWS), np.full(ROWS, 3), rng.integers(0, 6, ROWS)], axis=1)
pick = lambda shape, t: rng.normal(0, 50, shape).astype(t)
maybe_null = rng.random(ROWS) < 0.3
rmag_null = rng.random(ROWS) < 0.3

# name, dtype, shape, storage and whatever else the manifest says; then the values.
light = [
    (dict(name="object_id", dtype="string", role="standard"), list(object_id)),
    (dict(name="ra", dtype="float64", role="standard", unit="deg"), ra),
    (dict(name="dec", dtype="float64", role="standard", unit="deg"), dec),
    (dict(name="healpix", dtype="int64", role="standard"), cell),
    (dict(name="image_band", dtype="string", shape=[2], role="standard"), [["g", "røð"]] * ROWS),
    (dict(name="image_psf_fwhm", dtype="float32", shape=[2], role="standard", unit="arcsec"), rng.uniform(0.5, 2, (ROWS, 2)).astype("f4")),
    (dict(name="FLUX_shape", dtype="int64", shape=[1], role="standard"), n_flux[:, None]),
    (dict(name="raw/curve_shape", dtype="int64", shape=[1], role="standard"), n_curve[:, None]),
    (dict(name="cube_shape", dtype="int64", shape=[3], role="standard"), n_cube),
    (dict(name="z", dtype="float64", ucd="src.redshift"), rng.uniform(0, 1, ROWS)),
    (dict(name="Z", dtype="float64", index_name="native_Z"), rng.uniform(5, 6, ROWS)),
    (dict(name="EBV", dtype="float32", index_name="native_EBV"), rng.uniform(0, 1, ROWS).astype("f4")),
    (dict(name="rmag", dtype="float32", unit="mag", nullable=True), [None if n else float(np.float32(v)) for n, v in zip(rmag_null, rng.uniform(15, 25, ROWS))]),
    (dict(name="forced.g mag", dtype="float32", unit="mag"), rng.uniform(15, 25, ROWS).astype("f4")),
    (dict(name="größe µ", dtype="int32"), rng.integers(-5, 5, ROWS)),
    (dict(name='a/b% "c"', dtype="uint8"), rng.integers(0, 255, ROWS)),
    (dict(name="flag", dtype="bool"), rng.random(ROWS) < 0.5),
    (dict(name="big", dtype="uint64"), [int(v) for v in rng.integers(2**63, 2**64 - 1, ROWS, dtype="u8")]),
]
heavy = [
    (dict(name="image_array", dtype="float32", shape=[2, 9, 7], codec="shuffle+deflate", role="standard", unit="nJy"), list(pick((ROWS, 2, 9, 7), "f4"))),
    (dict(name="image_ivar", dtype="float32", shape=[2, 9, 7], codec="none", role="standard"), list(pick((ROWS, 2, 9, 7), "f4"))),
    (dict(name="image_mask", dtype="bool", shape=[2, 9, 7], codec="shuffle+deflate", role="standard", mask="true_is_good"), list(rng.random((ROWS, 2, 9, 7)) < 0.5)),
    (dict(name="planes", dtype="int16", shape=[2, 4, 4], codec="shuffle+deflate"), list(pick((ROWS, 2, 4, 4), "i2"))),
    (dict(name="FLUX", dtype="float32", shape=["ragged"], codec="shuffle+deflate", padding="edge", unit="nJy"), [pick(n, "f4") for n in n_flux]),
    (dict(name="raw/curve", dtype="float64", shape=["ragged"], codec="none", padding=0), [pick(n, "f8") for n in n_curve]),
    (dict(name="cube", dtype="int16", shape=["ragged", 3, "ragged"], codec="shuffle+deflate", padding=-1), [pick(s, "i2") for s in n_cube]),
    (dict(name="maybe", dtype="float32", shape=[4], codec="none", nullable=True), [np.full(4, np.nan, "f4") if n else v for n, v in zip(maybe_null, pick((ROWS, 4), "f4"))]),
]
CHUNKS = {"planes": (1, 1, 4, 4)}
hdf5 = lambda name: name.replace("%", "%25").replace("/", "%2F")

shards, where = [], [None] * ROWS
for pixel in sorted(set(cell)):
    rows = np.flatnonzero(cell == pixel)
    parts = np.array_split(rows, 2) if len(rows) > 8 else [rows]
    os.makedirs(f"{folder}/main/healpix={pixel}")
    for number, part in enumerate(parts):
        path = f"main/healpix={pixel}/{number + 1:03d}-of-{len(parts):03d}.hdf5"
        with h5py.File(f"{folder}/{path}", "w") as f:
            for column, values in light:
                text = column["dtype"] == "string"
                some = [values[i] for i in part]
                if text:
                    some = np.array([[t.encode() for t in np.atleast_1d(v)] for v in some], dtype="S32").reshape((len(part), *column.get("shape", [])))
                elif column.get("nullable"):
                    f[hdf5(column["name"]) + "_isnull"] = np.array([v is None for v in some])
                    some = np.array([np.nan if v is None else v for v in some], column["dtype"])
                f[hdf5(column["name"])] = np.asarray(some, None if text else column["dtype"])
            for column, values in heavy:
                some = [values[i] for i in part]
                longest = np.max([v.shape for v in some], axis=0)
                chunk = tuple(int(max(n, 1)) for n in longest)
                filters = dict(shuffle=True, compression="gzip", compression_opts=4) if column["codec"] != "none" else {}
                d = f.create_dataset(hdf5(column["name"]), (len(part), *chunk), some[0].dtype, chunks=CHUNKS.get(column["name"], (1, *chunk)), **filters)
                for i, v in enumerate(some):
                    padded = np.full(chunk, -1 if column["name"] == "cube" else 0, v.dtype)
                    if column.get("padding") == "edge" and v.size:
                        padded[:] = v[-1]
                    padded[tuple(slice(0, n) for n in v.shape)] = v
                    d[i] = padded
                if column.get("nullable"):
                    f[hdf5(column["name"]) + "_isnull"] = np.array([bool(maybe_null[i]) for i in part])
        for i, row in enumerate(part):
            where[row] = (len(shards), i)
        shards.append(dict(path=path, rows=len(part)))

files = [h5py.File(f"{folder}/{s['path']}", "r") for s in shards]
plain = lambda v: v.item() if isinstance(v, np.generic) else v.tolist() if isinstance(v, np.ndarray) else v
with open(f"{folder}/maker/rows.jsonl", "w") as out:
    for row in range(ROWS):
        source, i = where[row]
        line = {"_healpix_29": int(healpix29[row])}
        for column, values in light:
            line[column.get("index_name", column["name"])] = plain(values[row])
        line.update(_pile_source=source, _pile_source_row=i)
        with open(f"{folder}/{shards[source]['path']}", "rb") as raw:
            for column, values in heavy:
                d, name = files[source][hdf5(column["name"])], column["name"]
                steps = [range(0, n, c) for n, c in zip(d.shape[1:], d.chunks[1:])]
                pieces = []
                for corner in np.ndindex(*[len(s) for s in steps]):
                    info = d.id.get_chunk_info_by_coord((i, *[s[k] for s, k in zip(steps, corner)]))
                    raw.seek(info.byte_offset)
                    pieces.append((info.byte_offset, info.size, 1 if d.shuffle else 0, crc32c(raw.read(info.size))))
                isnull = column.get("nullable") and maybe_null[row]
                for k, part in enumerate(("offset", "size", "codec", "crc32c")):
                    line[f"_pile_{name}_{part}"] = None if isnull else [p[k] for p in pieces] if name in CHUNKS else pieces[0][k]
                if name == "cube":
                    line["_pile_cube_chunk"] = list(d.chunks[1:])
        out.write(json.dumps(line) + "\n")

for number, (column, values) in enumerate(heavy):
    with open(f"{folder}/maker/expected/{number}.bin", "wb") as out:
        for row in range(ROWS):
            source, i = where[row]
            out.write(np.ascontiguousarray(files[source][hdf5(column["name"])][i][tuple(slice(0, n) for n in values[row].shape)]).tobytes())

# Tiles of the index: order 0, but the field's pixel divided.
tiles = []
for pixel in sorted(set(healpix29 >> 58)):
    inside = healpix29[healpix29 >> 58 == pixel]
    if len(inside) < 20:
        tiles.append(dict(order=0, pixel=int(pixel), rows=len(inside)))
    else:
        tiles += [dict(order=1, pixel=int(p), rows=int(np.sum(inside >> 56 == p))) for p in sorted(set(inside >> 56))]
json.dump(dict(
    rows=ROWS, order=ORDER, shards=shards, tiles=tiles,
    light=[c for c, _ in light], heavy=[c for c, _ in heavy],
    maybe_null=[bool(n) for n in maybe_null], lengths={c["name"]: [list(v.shape) for v in values] for c, values in heavy},
), open(f"{folder}/maker/facts.json", "w"))
