using System.Text;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The files outside a dataset that store values of it (<c>sources.parquet</c>): columns, because there may be
/// millions.</summary>
internal sealed class ReferenceList
{
    private readonly List<long> bytes = [], modifiedMicros = [];
    private readonly List<int> uriStarts = [0];
    private readonly Dictionary<int, string> checksums = [], tags = [];
    private readonly Dictionary<int, (string Layout, long[]? Offsets, long[]? Sizes)> rasters = [];
    private byte[] uris = new byte[1024];

    private const string RasterColumns = ", raster::VARCHAR, block_offsets::BIGINT[], block_sizes::BIGINT[]";

    /// <summary>The number of files.</summary>
    internal int Count => bytes.Count;

    /// <summary>Reads the list.</summary>
    /// <exception cref="DuckDbException">The file is not a valid list.</exception>
    /// <exception cref="FormatException">A line is not valid.</exception>
    internal static ReferenceList Read(DuckDbConnection connection, string path, CancellationToken cancellationToken)
    {
        ReferenceList list = new();
        string file = DuckDbSql.LiteralList([path]);
        bool hasRasters = HasRasters(connection, file, cancellationToken);
        using DuckDbResult result = connection.Query("SELECT source::INTEGER, uri::VARCHAR, bytes::BIGINT, sha256::VARCHAR, etag::VARCHAR, "
            + $"epoch_us(modified::TIMESTAMP){(hasRasters ? RasterColumns : "")} FROM "
                + $"read_parquet({file}, hive_partitioning = false) ORDER BY 1",
            cancellationToken: cancellationToken);
        while (result.TryNextChunk(out DuckDbChunk? chunk))
            for (int row = 0; row < chunk.RowCount; row++)
                list.Add(chunk, row, hasRasters);
        return list;
    }

    private static bool HasRasters(DuckDbConnection connection, string file, CancellationToken cancellationToken)
    {
        using DuckDbResult found = connection.Query($"SELECT name FROM parquet_schema({file}) WHERE name = 'raster'",
            cancellationToken: cancellationToken);
        return found.TryNextChunk(out DuckDbChunk? chunk) && chunk.RowCount > 0;
    }

    /// <summary>Returns the address of a file.</summary>
    internal string UriOf(int number) => Encoding.UTF8.GetString(uris, uriStarts[number], uriStarts[number + 1] - uriStarts[number]);

    /// <summary>Returns the recorded size of a file; <see cref="ReferencedFile.UnknownBytes"/> if the dataset does not have it.</summary>
    internal long BytesOf(int number) => bytes[number];

    /// <summary>Returns what is recorded of a file.</summary>
    internal ReferencedFile this[int number] => new(UriOf(number), bytes[number])
    {
        Sha256 = checksums.GetValueOrDefault(number),
        ETag = tags.GetValueOrDefault(number),
        ModifiedMicros = modifiedMicros[number] == long.MinValue ? null : modifiedMicros[number],
        Raster = rasters.TryGetValue(number, out var raster) ? raster.Layout : null,
        BlockOffsets = raster.Offsets,
        BlockSizes = raster.Sizes,
    };

    private void Add(DuckDbChunk chunk, int row, bool hasRasters)
    {
        int number = Count;
        if (!chunk[0].IsValid(row) || chunk.Values<int>(0)[row] != number)
            throw new FormatException($"expected the file number {number}, found another one");
        if (!chunk[1].IsValid(row) || (chunk[2].IsValid(row) && chunk.Values<long>(2)[row] < 0))
            throw new FormatException($"the file number {number} has no address or no size");
        bytes.Add(chunk[2].IsValid(row) ? chunk.Values<long>(2)[row] : ReferencedFile.UnknownBytes);
        modifiedMicros.Add(chunk[5].IsValid(row) ? chunk.Values<long>(5)[row] : long.MinValue);
        ReadOnlySpan<byte> uri = chunk[1].Utf8(row);
        int start = uriStarts[^1], end = checked(start + uri.Length);
        if (uris.Length < end)
            Array.Resize(ref uris, (int)Math.Max(end, Math.Min(2L * uris.Length, Array.MaxLength)));
        uri.CopyTo(uris.AsSpan(start));
        uriStarts.Add(end);
        if (chunk[3].Text(row) is { } sha256)
            checksums.Add(number, sha256);
        if (chunk[4].Text(row) is { } tag)
            tags.Add(number, tag);
        if (hasRasters && chunk[6].Text(row) is { } layout)
            rasters.Add(number, (layout, BlocksOf(chunk[7], row), BlocksOf(chunk[8], row)));
    }

    private static long[]? BlocksOf(DuckDbVector vector, int row) =>
        vector.IsValid(row) ? vector.Values<DuckDbListEntry>()[row].Of(vector.Child.Values<long>()).ToArray() : null;
}
