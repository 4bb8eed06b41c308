"""Random whole-row reads of float32 (5, 96, 96) images by h5py out of an object store: through a file object that reads by boto3's range requests.

h5py_s3.py versions                      what it is made of
h5py_s3.py gen DIR                       makes the HDF5 file in DIR, of the images in DIR/../rows.npy, and says where they begin
h5py_s3.py serve DIR ENDPOINT ROWS...    reads as many rows of DIR/../order.npy as the bench asks, from s3://bench/h5py/rows.h5
"""
import hashlib
import io
import os
import sys

import boto3
import h5py
import numpy as np
from botocore.config import Config

import peer

BUCKET, KEY = "bench", "h5py/rows.h5"


class S3File(io.RawIOBase):
    """An object as a file: each read is one range request, nothing is kept. The system's h5py asks for whole rows of a contiguous dataset."""

    def __init__(self, client):
        self.client, self.place = client, 0
        self.length = client.head_object(Bucket=BUCKET, Key=KEY)["ContentLength"]

    def seekable(self):
        return True

    def readable(self):
        return True

    def tell(self):
        return self.place

    def seek(self, offset, whence=io.SEEK_SET):
        self.place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.length}[whence]
        return self.place

    def readinto(self, buffer):
        count = min(len(buffer), self.length - self.place)
        if count <= 0:
            return 0
        answer = self.client.get_object(Bucket=BUCKET, Key=KEY, Range=f"bytes={self.place}-{self.place + count - 1}")
        buffer[:count] = answer["Body"].read()
        self.place += count
        return count


def generate(folder):
    os.makedirs(folder, exist_ok=True)
    with h5py.File(f"{folder}/rows.h5", "w") as file:
        file["contiguous"] = np.load(f"{folder}/../rows.npy", mmap_mode="r")
        file.flush()
        np.save(f"{folder}/offset.npy", np.array([file["contiguous"].id.get_offset()], "i8"))


def serve(folder, endpoint, *counts):
    order = np.load(f"{folder}/../order.npy")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=Config(s3={"addressing_style": "path"}))
    with h5py.File(S3File(client), "r") as file:
        images = file["contiguous"]

        def read(count):
            total = 0.0
            for row in order[:count]:
                total += float(images[row][0, 0, 0])
            return total

        def digest(count):
            whole = hashlib.sha256()
            for row in order[:count]:
                whole.update(memoryview(images[row]).cast("B"))
            return whole.hexdigest()

        passes = {}
        for count in map(int, counts):
            passes[str(count)] = (lambda count=count: read(count), peer.bits)
            passes[f"{count} sha256"] = (lambda count=count: digest(count), str)
        peer.serve(passes)


if __name__ == "__main__":
    {"versions": lambda: peer.versions(h5py, boto3, np), "gen": generate, "serve": serve}[sys.argv[1]](*sys.argv[2:])
