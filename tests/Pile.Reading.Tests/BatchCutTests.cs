using System.IO.Compression;
using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Batches of rows so large that the requested number would exceed the limit of bytes.</summary>
public sealed class BatchCutTests
{
    private const int Rows = 7;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(5 << 20, 64, "cube", new[] { 3, 3, 1 })] // 20 MiB a row
    [InlineData(5 << 20, 2, "cube", new[] { 2, 2, 2, 1 })]
    [InlineData(8 << 20, 64, "cube", new[] { 2, 2, 2, 1 })] // two rows are 64 MiB
    [InlineData(17 << 20, 64, "cube", new[] { 1, 1, 1, 1, 1, 1, 1 })] // one row exceeds the limit
    [InlineData(5 << 20, 64, "cube_half", new[] { 1, 1, 1, 1, 1, 1, 1 })] // 20 MiB stored, 20 converted
    public async Task Batches_are_cut_by_bytes_as_well_as_by_rows(int elements, int batchRows, string column, int[] expected)
    {
        using TemporaryFolder folder = new();
        Make(folder, elements);
        await using Dataset dataset = await Dataset.OpenAsync(folder.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("object_id", column),
            new RowReaderOptions { Verify = false }, Token);
        List<int> cut = [];
        await foreach (RowBatch batch in rows.ReadAllAsync(batchRows, Token))
        {
            ReadOnlyMemory<float> values = ((ColumnData<float>)batch[column]).Values;
            Assert.Equal((long)batch.RowCount * elements, values.Length);
            for (int i = 0; i < batch.RowCount; i++)
            {
                Assert.Equal(cut.Sum() + i, ((ColumnData<long>)batch["object_id"]).Values.Span[i]);
                Assert.Equal(column == "cube" ? 3 : 1.5f, values.Span[((i + 1) * elements) - 1]);
            }
            cut.Add(batch.RowCount);
        }
        Assert.Equal(expected, cut);
    }

    // All rows share one piece: zeros, and a 3 at the end.
    private static void Make(TemporaryFolder folder, int elements)
    {
        float[] row = new float[elements];
        row[^1] = 3;
        string shard = "main/healpix=0/001-of-001.hdf5", tile = DatasetPaths.IndexTile("main", 0, 0);
        foreach (string path in (ReadOnlySpan<string>)[shard, tile])
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
        using (ZLibStream stream = new(File.Create(folder[shard]), CompressionLevel.Fastest))
            stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        long shardBytes = new FileInfo(folder[shard]).Length;
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute("COPY (SELECT i AS _healpix_29, i AS object_id, 1::DOUBLE AS ra, 2::DOUBLE AS dec, 0::BIGINT AS healpix, "
            + "0::INTEGER AS _pile_source, i::INTEGER AS _pile_source_row, " +
            $"0::BIGINT AS _pile_cube_offset, {shardBytes}::INTEGER AS _pile_cube_size, {(int)PieceCodec.Deflate}::UTINYINT AS "
            + $"_pile_cube_codec, 0::UINTEGER AS _pile_cube_crc32c FROM range({Rows}) t(i)) TO {DuckDbSql.Literal(folder[tile])} (FORMAT "
            + "parquet)");
        connection.Execute($"COPY (SELECT * FROM (VALUES ('{shard}', 'shard', 0, {Rows}, {shardBytes}, ''), ('{tile}', 'index', NULL, "
            + $"{Rows}, {new FileInfo(folder[tile]).Length}, '')) " +
            $"AS t(path, kind, source, rows, bytes, sha256)) TO {DuckDbSql.Literal(folder["files.parquet"])} (FORMAT parquet)");
        ColumnSchema cube = new()
        {
            Name = "cube",
            DType = DType.Float32,
            Shape = [elements],
            Storage = ColumnStorage.Heavy,
            Codec = PieceCodec.ShuffleDeflate,
        };
        HandMadeManifest.Write(folder, HandMadeManifest.Of("big", "cube", Rows, [.. HandMadeManifest.Common, cube]) with
        {
            Aliases = [new AliasSchema { Name = "cube_half", Native = "cube", Scale = 0.5 }],
        });
    }
}
