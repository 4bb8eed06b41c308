using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Shards;

/// <summary>Pieces read without HDF5: bytes of a file at an offset, decoded with Python's zlib.</summary>
public class PieceTests
{
    private const string Script = """
        import csv, json, sys, zlib, h5py, numpy as np
        csv.field_size_limit(1 << 24)
        folder, pieces, files = sys.argv[1:4]
        table = [0] * 256
        for b in range(256):
            c = b
            for _ in range(8): c = c >> 1 ^ (0x82F63B78 if c & 1 else 0)
            table[b] = c
        def crc32c(data):
            c = 0xFFFFFFFF
            for b in data: c = c >> 8 ^ table[(c ^ b) & 255]
            return c ^ 0xFFFFFFFF
        paths = {int(r["source"]): r["path"] for r in csv.DictReader(open(files))}
        shards, seen, gaps = {}, 0, 0
        for row in csv.DictReader(open(pieces)):
            path = folder + "/" + paths[int(row["_pile_source"])]
            if path not in shards: shards[path] = (open(path, "rb").read(), h5py.File(path))
            data, f = shards[path]
            n = int(row["_pile_source_row"])
            assert f["object_id"][n] == int(row["object_id"])
            end = None
            for name in ("image", "maybe image", "edge", "block", "bits"):
                if row["_pile_%s_offset" % name] == "":
                    assert f[name + "_isnull"][n], (name, n); end = None; continue
                offset, size, codec = (int(row["_pile_%s_%s" % (name, what)]) for what in ("offset", "size", "codec"))
                stored, expected = data[offset:offset + size], f[name][n]
                assert crc32c(stored) == int(row["_pile_%s_crc32c" % name])
                if end is not None and size: gaps += offset != end
                end = offset + size if size else end
                if size == 0: assert expected.size == 0 and codec == 0; continue
                raw = np.frombuffer(zlib.decompress(stored) if codec else stored, "u1")
                width = expected.dtype.itemsize
                raw = raw.reshape(width, -1).T.copy() if codec else raw.copy()
                got = raw.reshape(-1).view(expected.dtype).reshape(expected.shape)
                assert np.array_equal(got, expected, equal_nan=expected.dtype.kind == "f"), (name, n)
                if name == "block": assert json.loads(row["_pile_block_chunk"]) == list(expected.shape)
                seen += 1
        print(seen > 0, gaps)
        """;

    [Theory]
    [InlineData(PieceCodec.ShuffleDeflate)]
    [InlineData(PieceCodec.None)]
    public async Task Pieces_decode_to_what_h5py_reads_and_are_contiguous(PieceCodec codec)
    {
        using TemporaryFolder folder = new();
        await Datasets.Build(folder["zoo"], Zoo.Spec with { Order = 1, Codec = codec }, null, Datasets.ZooUnits(400, 3, 77));
        Datasets.Export($"SELECT * FROM {Datasets.Tiles(folder["zoo"])}", folder["pieces.csv"]);
        Datasets.Export($"SELECT * FROM '{folder["zoo"]}/files.parquet' WHERE kind = 'shard'", folder["files.csv"]);

        Assert.Equal("True 0\n", Python.Run(Script, folder["zoo"], folder["pieces.csv"], folder["files.csv"]));
    }
}
