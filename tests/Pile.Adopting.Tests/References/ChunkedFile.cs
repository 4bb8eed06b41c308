using System.Collections.Immutable;
using System.Text.Json;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests;

/// <summary>An HDF5 file that h5py has written, with the places of its chunks as h5py states them.</summary>
internal sealed class ChunkedFile
{
    private const string Script = """
        import sys, json, h5py, numpy as np
        path, values, dtype, shape, chunks, options = sys.argv[1:7]
        shape, chunks, options = json.loads(shape), json.loads(chunks), json.loads(options)
        data = np.random.default_rng(7).integers(0, 200, shape).astype(dtype)
        with h5py.File(path, "w") as f:
            d = f.create_dataset("values", data=data, chunks=tuple(chunks), **options)
        data.astype(np.dtype(dtype).newbyteorder("<")).tofile(values)
        with h5py.File(path) as f:
            d = f["values"]
            infos = [d.id.get_chunk_info(i) for i in range(d.id.get_num_chunks())]
            print(json.dumps([[list(map(int, c.chunk_offset)), c.byte_offset, c.size, c.filter_mask] for c in infos]))
        """;

    private readonly Dictionary<string, (long Offset, int Size, uint SkippedFilters)> chunks = new(StringComparer.Ordinal);
    private readonly int[] shape, chunk;

    internal ChunkedFile(string path, string dtype, int[] shape, int[] chunk, string options = "{}")
    {
        (Path, this.shape, this.chunk) = (path, shape, chunk);
        string valuesPath = path + ".values";
        using JsonDocument places = JsonDocument.Parse(Python.Run(Script, path, valuesPath, dtype, JsonSerializer.Serialize(shape),
            JsonSerializer.Serialize(chunk), options));
        foreach (JsonElement place in places.RootElement.EnumerateArray())
            chunks[Key([.. place[0].EnumerateArray().Select(n => n.GetInt32())])] = (place[1].GetInt64(), place[2].GetInt32(),
                place[3].GetUInt32());
        Values = File.ReadAllBytes(valuesPath);
    }

    internal string Path { get; }

    /// <summary>All values, little-endian.</summary>
    internal byte[] Values { get; }

    internal int Rows => shape[0];

    /// <summary>Returns the locations of some rows.</summary>
    internal ReferenceColumnData Locate(ColumnSchema schema, int codec, int file, int first, int count, bool withCrcs)
    {
        List<long> offsets = [], firstElements = [];
        List<byte> codecs = [];
        List<int> sizes = [], starts = [0], shapes = [], chunkShapes = [];
        byte[] stored = File.ReadAllBytes(Path);
        for (int row = first; row < first + count; row++)
        {
            foreach (int[] corner in Corners(row))
            {
                (long offset, int size, uint skipped) = chunks[Key(corner)];
                offsets.Add(offset);
                codecs.Add((byte)(skipped == 0 ? codec : WithoutCompression(codec)));
                sizes.Add(size);
            }
            starts.Add(offsets.Count);
            shapes.AddRange(shape[1..]);
            chunkShapes.AddRange(chunk);
            firstElements.Add(row % chunk[0] * (long)chunk[1..].Aggregate(1, (a, b) => a * b));
        }
        return new ReferenceColumnData(schema, count, [.. shapes])
        {
            Files = [.. Enumerable.Repeat(file, count)],
            Starts = [.. starts],
            Offsets = [.. offsets],
            StoredBytes = [.. sizes],
            Codecs = [.. codecs],
            Crcs = withCrcs ? [.. offsets.Select((o, i) => Codecs.Crc32C.Compute(stored.AsSpan((int)o, sizes[i])))] : null,
            Chunks = [.. chunkShapes],
            FirstElements = [.. firstElements],
        };
    }

    // libhdf5 stores a chunk that a compression would enlarge without it; h5py always puts shuffle before the compression.
    private static int WithoutCompression(int codec) => (codec & ~7) | ((codec & 7) is 1 or 5 ? 3 : 0);

    // The first elements of the chunks that contain a row, in row-major order.
    private IEnumerable<int[]> Corners(int row)
    {
        IEnumerable<ImmutableArray<int>> corners = [[row / chunk[0] * chunk[0]]];
        for (int axis = 1; axis < shape.Length; axis++)
        {
            int step = chunk[axis], length = shape[axis];
            corners = [.. corners.SelectMany(c => Enumerable.Range(0, (length + step - 1) / step).Select(i => c.Add(i * step)))];
        }
        return corners.Select(c => c.ToArray());
    }

    private static string Key(int[] corner) => string.Join(',', corner);
}
