"""Writes two stacked netCDF-4 files with a projected grid as ODC does, and documents that refer to them: a STAC item whose assets name a
variable each (stack.json), and EO3 documents that name a time slice each (eo3-0.yaml ...)."""
import json
import os
import sys

import h5py
import numpy as np
import rasterio
import rasterio.warp

folder, slices, height, width = sys.argv[1], 4, 96, 80
os.makedirs(folder, exist_ok=True)
rng = np.random.default_rng(5)
wkt = rasterio.crs.CRS.from_epsg(32633).to_wkt()
transform = (30, 0, 500010, 0, -30, 5300040)
with h5py.File(f"{folder}/stack.nc", "w") as file:
    file["x"] = 500010 + 30 * (np.arange(width) + 0.5)
    file["y"] = 5300040 - 30 * (np.arange(height) + 0.5)
    file["time"] = np.array([0, 16, 32, 48.25])
    for name, attributes in {"x": {"units": "metre", "standard_name": "projection_x_coordinate"},
                             "y": {"units": "metre", "standard_name": "projection_y_coordinate"},
                             "time": {"units": "days since 2020-06-01 10:00:00", "calendar": "standard"}}.items():
        file[name].make_scale(name)
        for key, value in attributes.items():
            file[name].attrs[key] = value
    file["crs"] = np.int32(0)
    file["crs"].attrs["crs_wkt"] = wkt
    file["crs"].attrs["grid_mapping_name"] = "transverse_mercator"
    for name, dtype, nodata in (("red", "i2", -999), ("nir", "i2", -999), ("quality", "u1", None)):
        data = rng.integers(0, 4 if dtype == "u1" else 9000, (slices, height, width)).astype(dtype)
        if nodata is not None:
            data[rng.random(data.shape) < 0.1] = nodata
        variable = file.create_dataset(name, data=data, chunks=(2, 32, 40), compression="gzip", shuffle=dtype != "u1")
        for i, dim in enumerate(("time", "y", "x")):
            variable.dims[i].attach_scale(file[dim])
        variable.attrs["grid_mapping"] = "crs"
        if nodata is not None:
            variable.attrs["_FillValue"] = np.int16(nodata)
            variable.attrs["scale_factor"] = 1e-4

west, south, east, north = rasterio.warp.transform_bounds("EPSG:32633", "EPSG:4326", 500010, 5300040 - 30 * height,
                                                          500010 + 30 * width, 5300040)
ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
item = {"type": "Feature", "stac_version": "1.0.0", "id": "stack", "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": [west, south, east, north], "collection": "ndvi", "links": [],
        "properties": {"datetime": None, "start_datetime": "2020-06-01T00:00:00Z", "end_datetime": "2020-08-01T00:00:00Z",
                       "proj:epsg": 32633},
        "assets": {name: {"href": f"stack.nc#{name}", "type": "application/x-netcdf", "roles": ["data"]}
                   for name in ("red", "nir", "quality")}}
json.dump(item, open(f"{folder}/stack.json", "w"))
for i in range(slices):
    json_grid = {"default": {"shape": [height, width], "transform": list(transform) + [0, 0, 1]}}
    json.dump({"$schema": "https://schemas.opendatacube.org/dataset", "id": f"00000000-0000-0000-0000-00000000000{i}",
               "label": f"slice {i}", "product": {"name": "ndvi"}, "crs": "EPSG:32633", "grids": json_grid,
               "properties": {"datetime": f"2020-06-0{i + 1}T10:00:00Z"},
               "measurements": {name: {"path": "stack.nc", "layer": name, "band": i + 1} for name in ("red", "nir", "quality")},
               "lineage": {}}, open(f"{folder}/eo3-{i}.yaml", "w"))
