using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.Codecs;
using Pile.Format;
using Pile.Review.Tests.Validation;
using Pile.Writing;

namespace Pile.Review.Tests.Conformance;

/// <summary>The valid dataset whose values are in a file of another layout: whole pieces, chunks of several rows, and files.</summary>
internal static class ReferenceDataset
{
    internal const string ValuesPath = "main/values.bin";
    private const int Rows = 6, Height = 3, Width = 4;

    /// <summary>Builds the dataset with the file in it.</summary>
    internal static async Task BuildAsync(string folder, DatasetSpec spec)
    {
        Layout layout = new();
        ReferenceColumnData grid = Grids(layout), content = Contents(layout);
        byte[] bytes = layout.Bytes.ToArray();
        await using (DatasetWriter writer = DatasetWriter.Create(folder, spec, new WriterSettings { Workers = 1 }))
        {
            using (UnitSpill unit = writer.BeginUnit("unit", []))
            {
                unit.AddFile(new ReferencedFile(ValuesPath, bytes.Length) { Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) });
                unit.Append(new RowBatch(
                [
                    new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []),
                        Enumerable.Range(0, Rows).Select(i => (long)i).ToArray()),
                    grid, content,
                ]));
                unit.Complete();
            }
            await writer.CommitAsync();
        }
        using MutableDataset complete = new(folder);
        File.WriteAllBytes(complete[ValuesPath], bytes);
        complete.RewriteList($"SELECT * FROM (SELECT * FROM tile UNION ALL SELECT '{ValuesPath}', 'meta', NULL, NULL, {bytes.Length}, "
            + $"'{complete.Sha256(ValuesPath)}', NULL) ORDER BY kind, path");
        MutableDataset.Copy(complete.Path, folder);
    }

    // Rows 0 to 2 are in chunks of two rows and three columns, at the end of which is filling; the others are pieces of their own.
    private static ReferenceColumnData Grids(Layout layout)
    {
        byte[][] corners = [Chunk(0, 0), Chunk(0, 3), Chunk(2, 0), Chunk(2, 3)];
        List<int> chunks = [.. corners.Select((chunk, i) => layout.Add(chunk, i == 0 ? PieceCodec.ShuffleDeflate : PieceCodec.None))];
        List<int> pieces = [chunks[0], chunks[1], chunks[0], chunks[1], chunks[2], chunks[3]];
        pieces.Add(layout.Add(BigEndian(3), PieceCodec.None, PieceCodecs.BigEndian));
        byte[] sealedRow = Row(4);
        uint checksum = Fletcher32.Compute(sealedRow);
        pieces.Add(layout.Add([.. sealedRow, .. BitConverter.GetBytes(checksum)], PieceCodec.None, PieceCodecs.Fletcher32));
        return layout.Column(new ColumnSchema
        {
            Name = "grid",
            DType = DType.Float32,
            Shape = [Height, Width],
            Unit = "nanomaggy",
            Nullable = true,
            Storage = ColumnStorage.Reference
        }, [.. pieces], [0, 2, 4, 6, 7, 8, 8],
            [.. Enumerable.Repeat((int[])[Height, Width], Rows).SelectMany(s => s)],
            [2, 3, 3, 2, 3, 3, 2, 3, 3, 1, 3, 4, 1, 3, 4, 0, 0, 0], [0, 9, 0, 0, 0, 0], new[] { false, false, false, false, false, true });
    }

    private static ReferenceColumnData Contents(Layout layout)
    {
        byte[][] files = [.. Enumerable.Range(0, Rows).Select(i => Enumerable.Range(0, 5 * i).Select(k => (byte)('a' + i + k)).ToArray())];
        List<int> pieces = [.. files.Skip(1).Select(file => layout.Add(file, PieceCodec.None))];
        return layout.Column(new ColumnSchema
        {
            Name = "content",
            DType = DType.UInt8,
            Shape = [ColumnSchema.Ragged],
            Storage = ColumnStorage.Reference
        }, [.. pieces], [0, 0, 1, 2, 3, 4, 5], [.. files.Select(f => f.Length)], null, null, default);
    }

    private static float Value(int row, int y, int x) => (100 * row) + (10 * y) + x;

    private static byte[] Row(int row) => MemoryMarshal.AsBytes<float>(
        [.. Enumerable.Range(0, Height * Width).Select(k => Value(row, k / Width, k % Width))]).ToArray();

    private static byte[] BigEndian(int row)
    {
        uint[] words = MemoryMarshal.Cast<byte, uint>(Row(row)).ToArray();
        BinaryPrimitives.ReverseEndianness(words, words);
        return MemoryMarshal.AsBytes<uint>(words).ToArray();
    }

    private static byte[] Chunk(int firstRow, int firstX) => MemoryMarshal.AsBytes<float>(
        [.. from row in Enumerable.Range(firstRow, 2) from y in Enumerable.Range(0, Height) from x in Enumerable.Range(firstX, 3)
            select row < 3 && x < Width ? Value(row, y, x) : -1]).ToArray();

    /// <summary>The bytes of the file, and where its pieces are.</summary>
    private sealed class Layout
    {
        private readonly List<(long Offset, int Bytes, byte Codec, uint Crc)> pieces = [];

        internal List<byte> Bytes { get; } = [.. "Not HDF5."u8];

        internal int Add(ReadOnlySpan<byte> raw, PieceCodec codec, int bits = 0)
        {
            byte[] stored = raw.ToArray();
            if (codec == PieceCodec.ShuffleDeflate)
            {
                PieceEncoder encoder = new();
                byte[] encoded = new byte[1024];
                stored = encoded[..encoder.Encode(codec, raw, 4, encoded)];
            }
            pieces.Add((Bytes.Count, stored.Length, (byte)((int)codec | bits), Crc32C.Compute(stored)));
            Bytes.AddRange(stored);
            return pieces.Count - 1;
        }

        internal ReferenceColumnData Column(ColumnSchema schema, int[] used, int[] starts, int[] shapes, int[]? chunks, long[]? first,
            ReadOnlyMemory<bool> isNull) => new(schema, starts.Length - 1, shapes, isNull)
            {
                Files = new int[starts.Length - 1],
                Starts = starts,
                Offsets = [.. used.Select(i => pieces[i].Offset)],
                StoredBytes = [.. used.Select(i => pieces[i].Bytes)],
                Codecs = [.. used.Select(i => pieces[i].Codec)],
                Crcs = [.. used.Select(i => pieces[i].Crc)],
                Chunks = chunks,
                FirstElements = first,
            };
    }
}
