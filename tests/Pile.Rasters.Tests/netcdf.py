"""Writes stacked netCDF-4 files into a folder, with h5py and GDAL, and what h5py and GDAL's netCDF driver read of them.

No stacked netCDF files with a projected grid and a free licence were found, so that tests make small ones as ODC and GDAL write them.
"""
import datetime
import json
import os
import sys

import h5py
import numpy as np
import rasterio
import rasterio.shutil
from rasterio.crs import CRS

folder = sys.argv[1]
os.makedirs(folder)
rng = np.random.default_rng(7)
UTM = CRS.from_epsg(32633).to_wkt()
files = []


def scale(group, name, values, **attributes):
    group[name] = values
    group[name].make_scale(name)
    for key, value in attributes.items():
        group[name].attrs[key] = value


def coordinates(group, width, height, transform, kind, dtype="f8"):
    a, _, c, _, e, f = transform
    x, y = ("lon", "lat") if kind == "lonlat" else ("x", "y")
    units = ("degrees_east", "degrees_north") if kind == "lonlat" else ("metre", "metre")
    scale(group, x, (c + a * (np.arange(width) + 0.5)).astype(dtype), units=units[0])
    scale(group, y, (f + e * (np.arange(height) + 0.5)).astype(dtype), units=units[1])
    if kind != "lonlat":
        group[x].attrs["standard_name"], group[y].attrs["standard_name"] = "projection_x_coordinate", "projection_y_coordinate"
    return [y, x]


def make(name, shape, dtype, transform=(10, 0, 499980, 0, -10, 5300040), kind="utm", layer="ndvi", lead="time", gdal=True, nodata=None,
         attributes=None, mapping=None, coordinate_dtype="f8", times=None, unwritten=None, **storage):
    path = f"{folder}/{name}.nc"
    *front, height, width = shape
    info = np.iinfo(dtype) if np.dtype(dtype).kind in "iu" else None
    data = (rng.integers(max(info.min, -3000), min(info.max, 3000), shape) if info else rng.normal(0, 1, shape)).astype(dtype)
    if storage.get("compression") == "lzf":  # which stores what it cannot compress without the filter
        data = (np.arange(data.size).reshape(shape) // 50).astype(dtype)
    if info is None:
        data[rng.random(shape) < 0.05] = np.nan
    with h5py.File(path, "w", track_order=True) as file:
        group = file.require_group(layer.rpartition("/")[0]) if "/" in layer else file
        dims = coordinates(group, width, height, transform, kind, coordinate_dtype)
        if front and lead == "time":
            values, units, calendar = times or (np.arange(front[0]) * 16 + 0.5, "days since 2020-01-01 00:00:00", None)
            scale(group, "time", np.asarray(values), units=units, standard_name="time")
            if calendar:
                group["time"].attrs["calendar"] = calendar
        elif front:
            scale(group, lead, np.arange(front[0], dtype="i4"))
        if front:
            dims = [lead] + dims
        variable = group.create_dataset(layer.rpartition("/")[2], shape, dtype, fillvalue=nodata, **storage)
        if unwritten:
            for key in unwritten:
                data[key] = nodata if nodata is not None else 0
            written = np.ones(shape, bool)
            for key in unwritten:
                written[key] = False
            step = variable.chunks
            for start in np.ndindex(*[-(-s // c) for s, c in zip(shape, step)]):
                key = tuple(slice(i * c, min((i + 1) * c, s)) for i, c, s in zip(start, step, shape))
                if written[key].any():
                    variable[key] = data[key]
        else:
            variable[...] = data
        for i, dim in enumerate(dims):
            variable.dims[i].attach_scale(group[dim])
        if nodata is not None:
            variable.attrs["_FillValue"] = np.array([nodata], dtype)
        for key, value in (attributes or {}).items():
            variable.attrs[key] = value
        if kind == "utm" or mapping:
            group["crs"] = np.int32(0)
            for key, value in (mapping or {"grid_mapping_name": "transverse_mercator", "crs_wkt": UTM}).items():
                group["crs"].attrs[key] = value
            variable.attrs["grid_mapping"] = "crs"
    record(name, path, layer, data, transform, gdal, times if front and lead == "time" else None, front and lead == "time")


def record(name, path, layer, data, transform, gdal, times=None, has_time=False):
    with h5py.File(path) as file:
        stored = file[layer][...]
        chunks = file[layer].chunks
    assert np.array_equal(stored, data, equal_nan=data.dtype.kind == "f")
    stack = stored if stored.ndim == 3 else stored[None]
    facts = {"name": name, "path": path, "layer": layer, "bands": stack.shape[0], "height": stack.shape[1], "width": stack.shape[2],
             "dtype": stack.dtype.newbyteorder("=").name, "transform": transform, "chunks": chunks, "times": None}
    if gdal:
        with rasterio.open(f'netcdf:"{path}":/{layer}' if "/" in layer else f'netcdf:"{path}":{layer}') as raster:
            pixels = raster.read()
            t = raster.transform
            flipped = (t.e < 0) != (transform[4] < 0)  # GDAL turns rows that go up
            pixels = pixels[:, ::-1] if flipped else pixels
            known = stack == stack  # GDAL replaces NaN by nodata
            assert np.array_equal(pixels[known], stack[known]), name
            own = (t.a, t.b, t.c + t.b * raster.height, t.d, -t.e, t.f + t.e * raster.height) if flipped else (t.a, t.b, t.c, t.d, t.e, t.f)
            assert np.allclose(own, transform, rtol=0, atol=abs(transform[0]) * 1e-2), (name, own, transform)
            facts.update(transform=list(own), epsg=raster.crs.to_epsg() if raster.crs else None, scale=raster.scales[0],
                         offset=raster.offsets[0], nodata=None if raster.nodata is None else repr(float(raster.nodata)))
    if has_time:
        values, units, _ = times or (np.arange(stack.shape[0]) * 16 + 0.5, "days since 2020-01-01 00:00:00", None)
        unit, _, since = units.partition(" since ")
        zone = datetime.timedelta(hours=-2) if since.endswith("+2:00") else datetime.timedelta()
        start = datetime.datetime.fromisoformat(since.replace("+2:00", "").strip()) + zone
        facts["times"] = [(start + datetime.timedelta(**{unit: float(v)}) - datetime.datetime(1858, 11, 17)) / datetime.timedelta(days=1)
                          for v in values]
    stack.astype(stack.dtype.newbyteorder("=")).tofile(f"{folder}/{name}.bin")
    files.append(facts)


geotransform = "499980 10 0 5300040 0 -10"
make("stacked", (7, 50, 70), "i2", nodata=-999, chunks=(3, 16, 20), compression="gzip", shuffle=True,
     attributes={"scale_factor": 1e-4, "add_offset": 0.5})
make("slices", (4, 33, 41), "f4", nodata=np.nan, chunks=(1, 16, 16), compression="gzip",
     times=([0, 3600, 86400, 90061.5], "seconds since 1999-12-31 12:00:00", "proleptic_gregorian"))
make("flat", (40, 30), "u1", nodata=255)
make("contiguous", (3, 20, 30), "f8", times=([1, 2, 30], "hours since 2001-02-03 04:05:06 +2:00", "gregorian"))
make("checked", (5, 40, 40), "u2", chunks=(2, 10, 40), compression="gzip", fletcher32=True, shuffle=True)
make("checked-only", (2, 12, 12), "u2", chunks=(1, 5, 7), fletcher32=True)
make("shuffled-only", (2, 12, 12), "i4", chunks=(2, 5, 7), shuffle=True)
make("lzf", (3, 40, 40), "i2", chunks=(3, 40, 40), compression="lzf", shuffle=True, gdal=False)
make("big", (3, 21, 22), ">i2", nodata=-1, chunks=(2, 8, 8), compression="gzip", shuffle=True)
make("big-float", (3, 21, 22), ">f4", chunks=(1, 8, 22), compression="gzip")
make("up", (2, 30, 20), "i2", transform=(10, 0, 499980, 0, 10, 5300040), chunks=(1, 10, 10), compression="gzip")
make("lonlat", (2, 36, 72), "f4", transform=(5, 0, -180, 0, -5, 90), kind="lonlat", coordinate_dtype="f4", chunks=(2, 36, 72))
make("bands", (3, 30, 30), "u2", lead="band", chunks=(3, 10, 30), compression="gzip")
make("grouped", (2, 30, 30), "u2", layer="data/red", chunks=(2, 10, 30), compression="gzip", gdal=False)
make("holes", (4, 32, 32), "i2", nodata=-999, chunks=(2, 16, 16), compression="gzip",
     unwritten=[np.s_[0:2, 0:16, 16:32], np.s_[2:4, 16:32, 0:16]])
make("geotransform", (2, 20, 20), "i2", chunks=(1, 20, 20), coordinate_dtype="f8",
     mapping={"grid_mapping_name": "transverse_mercator", "spatial_ref": UTM, "GeoTransform": geotransform})

# GDAL writes rows from the bottom.
pixels = rng.integers(0, 9000, (3, 45, 35)).astype("i2")
path = f"{folder}/written.nc"
affine = rasterio.Affine(30, 0, 600000, 0, -30, 4000020)
with rasterio.open(f"{folder}/written.tif", "w", driver="GTiff", width=35, height=45, count=3, dtype="int16", crs="EPSG:32618",
                   transform=affine, nodata=-1) as out:
    out.write(pixels)
rasterio.shutil.copy(f"{folder}/written.tif", path, driver="netCDF", FORMAT="NC4", COMPRESS="DEFLATE")
with h5py.File(path) as file:
    record("written", path, "Band2", file["Band2"][...], (30, 0, 600000, 0, 30, 4000020 - 45 * 30), True)
json.dump(files, open(f"{folder}/index.json", "w"))
