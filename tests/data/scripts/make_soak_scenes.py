"""STAC items for real GeoTIFF files, beside copies of the files, and copies of real items: the input of the campaign 'scenes'.

make_soak_scenes.py DIR EO RASTER,RASTER,... ITEM,ITEM,...    EO: tests/data/eo
"""
import json
import shutil
import sys

import rasterio
from rasterio.warp import transform_geom

folder, eo, rasters, items = sys.argv[1:]
for name in rasters.split(","):
    path = f"{eo}/rasters/{name}.tif"
    with rasterio.open(path) as file:
        corners = [file.transform * c for c in ((0, 0), (0, file.height), (file.width, file.height), (file.width, 0), (0, 0))]
        geometry = transform_geom(file.crs, "EPSG:4326", {"type": "Polygon", "coordinates": [corners]})
    lon, lat = zip(*geometry["coordinates"][0])
    shutil.copyfile(path, f"{folder}/{name}.tif")
    with open(f"{folder}/{name}.json", "w") as output:
        json.dump({"type": "Feature", "stac_version": "1.0.0", "id": name, "geometry": geometry,
                   "bbox": [min(lon), min(lat), max(lon), max(lat)], "properties": {"datetime": "2020-07-14T11:00:00Z"}, "links": [],
                   "assets": {"data": {"href": f"{name}.tif", "roles": ["data"],
                                       "type": "image/tiff; application=geotiff; profile=cloud-optimized"}}}, output)
for name in items.split(","):
    shutil.copyfile(f"{eo}/stac-items/{name}.json", f"{folder}/{name}.json")
