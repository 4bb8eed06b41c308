"""Writes raster files with GDAL in all combinations, or describes files: index.json has what rasterio reads, and the pixels of each level are in
.bin files (band, row, column; native-endian), the masks in .mask files (0 or 255)."""
import itertools
import json
import os
import sys
import warnings

import numpy as np
import rasterio
from rasterio.enums import ColorInterp, MaskFlags

warnings.simplefilter("ignore")


def pixels(bands, height, width, dtype, seed):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    smooth = (np.sin(x / 9.0) + np.cos(y / 7.0))[None] * 40 + np.arange(bands)[:, None, None] * 5
    data = smooth + rng.normal(0, 3, (bands, height, width))
    if np.dtype(dtype).kind == "f":
        data = (data * 1.0e3).astype(dtype)
        data[0, 0, 0] = -0.0
        return data
    info = np.iinfo(dtype)
    data = (data / 100 * (info.max - info.min) / 3).astype(np.float64) + (info.max + info.min) / 2
    data = np.clip(data, info.min, info.max)
    data = data.astype(dtype)
    data[0, 0, :3] = [info.min, info.max, 0]
    return data


def write(path, data, mask=None, overviews=(), **options):
    signed_byte = data.dtype == np.int8
    dtype = "uint8" if signed_byte else data.dtype.name
    if signed_byte:
        options["pixeltype"] = "SIGNEDBYTE"
        data = data.view(np.uint8)
    tags = options.pop("band_tags", None)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True, CHECK_DISK_FREE_SPACE="NO"):
        with rasterio.open(path, "w", driver="GTiff", count=data.shape[0], height=data.shape[1], width=data.shape[2], dtype=dtype,
                           **options) as f:
            if options.get("sparse_ok"):
                for r, c in options_windows(data):
                    f.write(data[:, r:r + 16, c:c + 16], window=((r, r + 16), (c, c + 16)))
            else:
                f.write(data)
            if mask is not None:
                f.write_mask(mask)
            if tags:
                tags(f)
        if overviews:
            with rasterio.open(path, "r+") as f:
                f.build_overviews(list(overviews), rasterio.enums.Resampling.nearest)


def options_windows(data):
    return [(r, c) for r in range(0, data.shape[1] - 15, 32) for c in range(0, data.shape[2] - 15, 32)]


def combinations(folder):
    number = 0
    for codec, dtype in itertools.product(["none", "packbits", "lzw", "deflate", "zstd"],
                                          ["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"]):
        predictors = [1] if codec in ("none", "packbits") else [1, 2, 3] if dtype.startswith("float") else [1, 2]
        for predictor, interleave, tiled, endian in itertools.product(predictors, ["pixel", "band"], [True, False], ["LITTLE", "BIG"]):
            number += 1
            bands = [1, 3, 4, 2, 5][number % 5]
            options = dict(interleave=interleave, endianness=endian, bigtiff="YES" if number % 3 == 0 else "NO")
            options |= dict(tiled=True, blockxsize=32, blockysize=16) if tiled else dict(blockysize=7)
            if codec != "none":
                options["compress"] = codec
            if predictor > 1:
                options["predictor"] = predictor
            name = f"{codec}-p{predictor}-{interleave}-{'tile' if tiled else 'strip'}-{dtype}-{endian.lower()}-{number}.tif"
            write(os.path.join(folder, name), pixels(bands, 45, 71, dtype, number), **options)


def special(folder):
    at = lambda name: os.path.join(folder, name)
    tiles = dict(tiled=True, blockxsize=32, blockysize=32, compress="deflate")
    rng = np.random.default_rng(5)
    base = pixels(3, 150, 130, "uint16", 1)
    mask = rng.random((150, 130)) > 0.4
    utm = rasterio.Affine(30, 0, 500000, 0, -30, 4600000)
    write(at("mask-overviews.tif"), base, mask=mask, overviews=[2, 4], crs="EPSG:32633", transform=utm, **tiles)
    write(at("mask-nodata.tif"), base, mask=mask, nodata=int(base[0, 3, 3]), crs="EPSG:4326", **tiles)
    with rasterio.Env(GDAL_TIFF_DEFLATE_SUBCODEC="ZLIB"):
        write(at("mask-strips.tif"), base, mask=mask, overviews=[2], crs="EPSG:3031", transform=rasterio.Affine(1, .2, 3, .1, -2, 9))
    write(at("sparse.tif"), base, sparse_ok=True, nodata=7, interleave="band", tiled=True, blockxsize=16, blockysize=16, compress="lzw")
    write(at("sparse-zero.tif"), base.astype("float32"), sparse_ok=True, interleave="pixel", tiled=True, blockxsize=16, blockysize=16)
    write(at("sparse-nan.tif"), base.astype("float32"), sparse_ok=True, nodata=float("nan"), tiled=True, blockxsize=16, blockysize=16)
    floats = pixels(2, 40, 50, "float32", 3)
    floats[0, 3:9, 4:8] = np.nan
    write(at("nan.tif"), floats, nodata=float("nan"), compress="zstd", predictor=3)
    floats[1, :5] = np.float32(-3.4e38)
    write(at("nan-and-number.tif"), floats, nodata=-3.4e38)
    write(at("minus.tif"), pixels(1, 40, 50, "int16", 3), nodata=-999)
    write(at("unreachable-nodata.tif"), pixels(1, 40, 50, "uint8", 3), crs="EPSG:27700")
    noise = rng.integers(0, 65535, (1, 256, 256)).astype("uint16")
    write(at("noise.tif"), noise, tiled=True, blockxsize=256, blockysize=256, compress="deflate", zlevel=1)
    write(at("one-strip.tif"), base, blockysize=150, compress="lzw", predictor=2)
    write(at("large-lzw.tif"), pixels(1, 600, 700, "int32", 8), tiled=True, blockxsize=512, blockysize=512, compress="lzw", predictor=2)

    def describe(f):
        f.scales = (2.75e-5, 1, 3)
        f.offsets = (-0.2, 0, 1e10)
        f.descriptions = ("red", None, "nir <&> ä")
    write(at("scale.tif"), base, band_tags=describe, **tiles)

    def alpha(f):
        f.colorinterp = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha]
    rgba = pixels(4, 60, 60, "uint8", 9)
    rgba[3] = (rng.random((60, 60)) > 0.5) * 255
    write(at("alpha.tif"), rgba, band_tags=alpha, photometric="RGB", alpha="YES", **(tiles | dict(interleave="pixel")))

    def area_or_point(f):
        f.update_tags(AREA_OR_POINT="Point")
    write(at("point.tif"), base, band_tags=area_or_point, crs="EPSG:32618", transform=utm, **tiles)
    write(at("point-rotated.tif"), base, band_tags=area_or_point, crs="EPSG:32618", transform=rasterio.Affine(3, 1, 5, 2, -4, 7), **tiles)
    write(at("up.tif"), base, crs="EPSG:3857", transform=rasterio.Affine(30, 0, 5, 0, 30, 7), **tiles)
    write(at("user-defined.tif"), base, crs="+proj=laea +lat_0=12 +lon_0=34 +datum=WGS84", transform=utm, **tiles)
    with rasterio.Env(TIFF_USE_OVR=False):
        write(at("overviews-band.tif"), base, overviews=[2, 8], interleave="band", compress="zstd", predictor=2)


def describe(path, folder):
    name = os.path.basename(path)
    item = dict(name=name, path=path)
    with rasterio.open(path) as f:
        crs = f.crs or f.gcps[1]
        flags = [ColorInterp.alpha == c for c in f.colorinterp]
        item |= dict(width=f.width, height=f.height, bands=f.count, dtype=f.dtypes[0], alpha=flags,
                     nodata=[None if n is None else repr(n) for n in f.nodatavals], scales=list(f.scales), offsets=list(f.offsets),
                     names=list(f.descriptions), epsg=crs.to_epsg() if crs else None, wkt=crs.to_wkt() if crs else None,
                     transform=None if f.transform.is_identity else list(f.transform)[:6],
                     block=[f.block_shapes[0][1], f.block_shapes[0][0]], interleave=f.interleaving.name if f.count > 1 else "band",
                     compression=f.compression.name if f.compression else None, gcps=len(f.gcps[0]),
                     mask=MaskFlags.per_dataset in f.mask_flag_enums[0] and MaskFlags.alpha not in f.mask_flag_enums[0])
        levels = 1 + len(f.overviews(1))
    if item["dtype"] == "uint8" and "int8" in name and "uint8" not in name:
        item["dtype"] = "int8"
    item["levels"] = []
    for level in range(levels):
        with rasterio.open(path, **(dict(overview_level=level - 1) if level else {})) as f:
            stem = os.path.join(folder, f"{name}.{level}")
            np.ascontiguousarray(f.read()).tofile(stem + ".bin")
            if item["mask"]:
                f.read_masks(1).tofile(stem + ".mask")
            item["levels"].append(dict(width=f.width, height=f.height, stem=stem))
    return item


def main(folder, *paths):
    os.makedirs(folder, exist_ok=True)
    if not paths:
        combinations(folder)
        special(folder)
        paths = sorted(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".tif"))
    with open(os.path.join(folder, "index.json"), "w", encoding="utf-8") as out:
        json.dump([describe(path, folder) for path in paths], out)


main(*sys.argv[1:])
