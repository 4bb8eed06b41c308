"""Writes netCDF-4 files whose grid mappings have parameters and no WKT, and what pyproj and GDAL make of them."""
import json
import os
import sys

import h5py
import numpy as np
import pyproj
import rasterio

folder = sys.argv[1]
os.makedirs(folder)
SPHERE = {"earth_radius": 6371200.0}
UTM = {"grid_mapping_name": "transverse_mercator", "longitude_of_central_meridian": 15.0, "latitude_of_projection_origin": 0.0,
       "scale_factor_at_central_meridian": 0.9996, "false_easting": 500000.0, "false_northing": 0.0, "semi_major_axis": 6378137.0,
       "inverse_flattening": 298.257223563}
GEOS = {"grid_mapping_name": "geostationary", "longitude_of_projection_origin": -75.0, "latitude_of_projection_origin": 0.0,
        "perspective_point_height": 35786023.0, "semi_major_axis": 6378137.0, "semi_minor_axis": 6356752.31414}
LCC = {"grid_mapping_name": "lambert_conformal_conic", "longitude_of_central_meridian": -95.0, "latitude_of_projection_origin": 25.0}
files = []


def make(name, mapping, west, north, step, units="m", expected=None, gdal=True, packed=False):
    """A file of 10 × 8 pixels. The positions of its corners and centre, in metres or degrees, are given to pyproj."""
    path, factor = f"{folder}/{name}.nc", {"km": 1000.0, "rad": 35786023.0}.get(units, 1.0)
    x, y = west + step * (np.arange(10) + 0.5), north - step * (np.arange(8) + 0.5)
    names = ("rlon", "rlat") if name.startswith("rotated") else ("x", "y")
    with h5py.File(path, "w") as file:
        for axis, values, standard in zip(names, (x, y), ("x", "y")):
            if packed:
                scale = step if axis == "x" else -step
                file[axis] = np.arange(len(values), dtype="i2")
                file[axis].attrs["scale_factor"], file[axis].attrs["add_offset"] = np.float32(scale), np.float64(values[0])
                assert np.float32(scale) == scale
            else:
                file[axis] = values
            file[axis].attrs["units"] = units
            file[axis].attrs["standard_name"] = {"rad": f"projection_{standard}_angular_coordinate", "degrees": {"x": "grid_longitude", "y":
                                                 "grid_latitude"}[standard]}.get(units, f"projection_{standard}_coordinate")
            file[axis].make_scale(axis)
        file["grid"] = np.int32(0)
        for key, value in mapping.items():
            file["grid"].attrs[key] = value
        data = file.create_dataset("v", data=np.zeros((8, 10), "u1"))
        data.attrs["grid_mapping"] = "grid"
        data.dims[0].attach_scale(file[names[1]])
        data.dims[1].attach_scale(file[names[0]])
    points = np.array([(west + step * c, north - step * r) for c, r in ((0, 0), (10, 0), (0, 8), (10, 8), (5, 4))]) * factor
    crs = pyproj.CRS.from_user_input(expected) if expected else pyproj.CRS.from_cf(mapping)

    def degrees(system):
        transformer = pyproj.Transformer.from_crs(system, "EPSG:4326", always_xy=True)
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    lonlat = degrees(crs)
    assert np.isfinite(lonlat).all(), name
    if gdal:
        with rasterio.open(f"netcdf:{path}:v") as raster:
            assert np.abs(degrees(pyproj.CRS.from_wkt(raster.crs.to_wkt())) - lonlat).max() < 1e-7, (name, raster.crs)
    files.append({"path": path, "points": points.tolist(), "lonlat": lonlat.tolist()})


make("utm", UTM, 500000, 5300000, 1000)
make("utm-km", UTM | {"false_easting": 500.0}, 500, 5300, 1, "km", expected="EPSG:32633", gdal=False)
make("utm-no-ellipsoid", {k: v for k, v in UTM.items() if "semi" not in k and "inverse" not in k}, 500000, 5300000, 1000)
make("albers", {"grid_mapping_name": "albers_conical_equal_area", "standard_parallel": [-18.0, -36.0], "longitude_of_central_meridian": 132.0,
                "latitude_of_projection_origin": 0.0, "false_easting": 0.0, "false_northing": 0.0, "semi_major_axis": 6378137.0,
                "inverse_flattening": 298.257222101}, 1500000, -3900000, 2500)
make("lcc-two", LCC | {"standard_parallel": [33.0, 45.0]}, -500000, 900000, 5000)
make("lcc-one", LCC | SPHERE | {"standard_parallel": 25.0}, -500000, 900000, 5000)
make("lcc-other-origin", LCC | SPHERE | {"standard_parallel": 38.5}, -500000, 900000, 5000, gdal=False,
     expected="+proj=lcc +lat_1=38.5 +lat_2=38.5 +lat_0=25 +lon_0=-95 +R=6371200 +type=crs")
make("laea", {"grid_mapping_name": "lambert_azimuthal_equal_area", "longitude_of_projection_origin": 10.0,
              "latitude_of_projection_origin": 52.0, "false_easting": 4321000.0, "false_northing": 3210000.0}, 4000000, 3000000, 10000)
make("laea-sphere", {"grid_mapping_name": "lambert_azimuthal_equal_area", "longitude_of_projection_origin": 0.0,
                     "latitude_of_projection_origin": 90.0} | SPHERE, -2000000, 1000000, 25000)
make("mercator-parallel", {"grid_mapping_name": "mercator", "longitude_of_projection_origin": 20.0, "standard_parallel": 30.0}, -9e5, 4e6, 1e4)
make("mercator-scale", {"grid_mapping_name": "mercator", "longitude_of_projection_origin": 20.0, "scale_factor_at_projection_origin": 0.9},
     -9e5, 4e6, 1e4)
make("cylindrical", {"grid_mapping_name": "lambert_cylindrical_equal_area", "longitude_of_central_meridian": 0.0,
                     "standard_parallel": 30.0}, -9e5, 4e6, 25e3)
make("polar-north", {"grid_mapping_name": "polar_stereographic", "straight_vertical_longitude_from_pole": -45.0,
                     "latitude_of_projection_origin": 90.0, "standard_parallel": 70.0, "semi_major_axis": 6378273.0,
                     "semi_minor_axis": 6356889.449}, -3850000, 5850000, 25000, expected="+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 "
     "+a=6378273 +b=6356889.449 +type=crs")
make("polar-south", {"grid_mapping_name": "polar_stereographic", "straight_vertical_longitude_from_pole": 0.0,
                     "latitude_of_projection_origin": -90.0, "standard_parallel": -71.0}, -1000000, 1500000, 12500)
make("polar-scale", {"grid_mapping_name": "polar_stereographic", "straight_vertical_longitude_from_pole": 0.0,
                     "latitude_of_projection_origin": 90.0, "scale_factor_at_projection_origin": 0.994, "false_easting": 2e6,
                     "false_northing": 2e6}, 1200000, 1500000, 12500)
make("stereographic", {"grid_mapping_name": "stereographic", "longitude_of_projection_origin": 5.0, "latitude_of_projection_origin": 52.0,
                       "scale_factor_at_projection_origin": 0.9999}, -20000, 50000, 1000)
make("azimuthal", {"grid_mapping_name": "azimuthal_equidistant", "longitude_of_projection_origin": 5.0,
                   "latitude_of_projection_origin": 52.0}, -20000, 50000, 1000, expected="+proj=aeqd +lat_0=52 +lon_0=5 +datum=WGS84 +type=crs",
     gdal=False)
make("sinusoidal", {"grid_mapping_name": "sinusoidal", "longitude_of_projection_origin": 0.0, "earth_radius": 6371007.181}, 1111950.5,
     5559752.6, 4633.127, expected="+proj=sinu +lon_0=0 +R=6371007.181 +type=crs", gdal=False)
make("geostationary-x", GEOS | {"sweep_angle_axis": "x"}, -0.05, 0.1, 2 ** -10, "rad", gdal=False)
make("geostationary-y", GEOS | {"sweep_angle_axis": "y"}, -1500000, 3500000, 20000, gdal=False)
make("geostationary-packed", GEOS | {"sweep_angle_axis": "x"}, -0.05, 0.1, 2 ** -10, "rad", gdal=False, packed=True)
make("rotated", {"grid_mapping_name": "rotated_latitude_longitude", "grid_north_pole_latitude": 39.25, "grid_north_pole_longitude": -162.0},
     -5, 5, 0.25, "degrees", gdal=False)
make("rotated-grid", {"grid_mapping_name": "rotated_latitude_longitude", "grid_north_pole_latitude": 39.25, "grid_north_pole_longitude":
                      -162.0, "north_pole_grid_longitude": 10.0}, -5, 5, 0.25, "degrees", gdal=False)
make("sphere", {"grid_mapping_name": "latitude_longitude"} | SPHERE, 5, 50, 0.25, "degrees", gdal=False)
BRITAIN = {"grid_mapping_name": "transverse_mercator", "longitude_of_central_meridian": -2.0, "latitude_of_projection_origin": 49.0,
           "scale_factor_at_central_meridian": 0.9996012717, "false_easting": 400000.0, "false_northing": -100000.0}
EPSG = BRITAIN | {"horizontal_datum_name": "Ordnance Survey of Great Britain 1936"}
AIRY = {"semi_major_axis": 6377563.396, "semi_minor_axis": 6356256.91}
for name, datum, expected in (
        ("datum", {"horizontal_datum_name": "Ordnance Survey of Great Britain 1936"}, None),
        ("datum-of-wkt1", {"horizontal_datum_name": "OSGB_1936"} | AIRY, pyproj.CRS.from_cf(EPSG)),
        ("datum-short", {"horizontal_datum_name": "NAD27"}, None),
        ("datum-unknown", {"horizontal_datum_name": "of an island", "reference_ellipsoid_name": "Airy 1830"}, None),
        ("ellipsoid-name", {"reference_ellipsoid_name": "Airy 1830"}, None),
        ("ellipsoid-of-proj", {"reference_ellipsoid_name": "airy"}, None),
        ("ellipsoid-numbers", {"reference_ellipsoid_name": "Airy 1830", "horizontal_datum_name": "unknown", "earth_radius": 6371229.0}, None),
        ("meridian", {"prime_meridian_name": "Paris"}, None),
        ("shift", {"towgs84": [375.0, -111.0, 431.0]} | AIRY, None),
        ("shift-with-rotation", {"towgs84": [446.448, -125.157, 542.06, 0.15, 0.247, 0.842, -20.489]} | AIRY, None),
        ("shift-of-wgs84", {"towgs84": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]}, None)):
    make(name, BRITAIN | datum, 300000, 400000, 1000, expected=expected, gdal=False)
json.dump(files, open(f"{folder}/index.json", "w"))
