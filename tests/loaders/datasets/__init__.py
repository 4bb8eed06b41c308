"""A stand-in for the part of the package `datasets` that the loaders of the Multimodal Universe use.

Features check the examples that a loader yields: the keys exist, values have the declared type and shape.
"""
import numpy as np


class Value:
    def __init__(self, dtype):
        self.dtype = dtype

    def encode(self, value, where):
        if self.dtype == "string":
            return value if isinstance(value, str) else value.decode() if isinstance(value, bytes) else str(value)
        array = np.asarray(value)
        assert array.shape == (), f"{where}: expected a scalar, found the shape {array.shape}"
        encoded = array.astype(self.dtype)
        if self.dtype.startswith("int"):
            assert encoded == array, f"{where}: {array} does not fit {self.dtype}"
        return encoded[()]


class Array2D:
    def __init__(self, shape, dtype):
        self.shape, self.dtype = tuple(shape), dtype

    def encode(self, value, where):
        array = np.asarray(value)
        assert array.shape == self.shape, f"{where}: expected the shape {self.shape}, found {array.shape}"
        return array.astype(self.dtype, copy=False)


class Image:
    def encode(self, value, where):
        array = np.asarray(value)
        assert array.dtype == np.uint8 and array.ndim in (2, 3), f"{where}: {array.dtype} of the shape {array.shape} is not a picture"
        return array


class Sequence:
    """A list of values; of a dict, a dict of lists, as the package has it."""

    def __init__(self, feature, length=-1):
        self.feature, self.length = feature, length

    def encode(self, value, where):
        if isinstance(self.feature, dict):
            if not isinstance(value, dict):
                value = {key: [item[key] for item in value] for key in self.feature}
            columns = {key: self.of(feature, value[key], f"{where}.{key}") for key, feature in self.feature.items()}
            lengths = {len(column) for column in columns.values()}
            assert len(lengths) == 1, f"{where}: the lists differ in length: {lengths}"
            assert self.length in (-1, *lengths), f"{where}: expected the length {self.length}, found {lengths}"
            return columns
        return self.of(self.feature, value, where)

    @staticmethod
    def of(feature, values, where):
        if isinstance(feature, Value) and feature.dtype != "string":
            array = np.asarray(values)
            assert array.ndim == 1 or array.shape[1:] == (1,), f"{where}: expected a list, found the shape {array.shape}"
            return array.reshape(len(array)).astype(feature.dtype)
        return [feature.encode(value, where) for value in values]


class Features(dict):
    def encode(self, example):
        return {name: encode(feature, example[name], name) for name, feature in self.items()}


def encode(feature, value, where):
    if value is None:
        return None
    if isinstance(feature, dict):  # a key that a structure lacks is None, as in the package
        return {name: encode(member, value.get(name), f"{where}.{name}") for name, member in feature.items()}
    if isinstance(feature, list):  # a list of structures
        return [encode(feature[0], item, where) for item in value]
    return feature.encode(value, where)


class BuilderConfig:
    def __init__(self, name, version=None, data_files=None, description=None):
        self.name, self.version, self.data_files, self.description = name, version, data_files, description


class DatasetInfo:
    def __init__(self, features=None, **other):
        self.features = features


class Split:
    TRAIN = "train"


class SplitGenerator:
    def __init__(self, name, gen_kwargs):
        self.name, self.gen_kwargs = name, gen_kwargs


class Downloads:
    """Files that are on the disk already."""

    @staticmethod
    def download_and_extract(files):
        return files

    @staticmethod
    def iter_files(files):
        return iter([files] if isinstance(files, str) else files)


class GeneratorBasedBuilder:
    def __init__(self, config):
        self.config = config
        self.info = self._info()
