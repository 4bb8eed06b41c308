using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;
using Pile.Parquet;
using Pile.Rasters;

namespace Pile.Reading;

/// <summary>The columns of <c>files.parquet</c>.</summary>
/// <param name="Paths">The paths, or names of sources.</param>
/// <param name="Kinds">The kinds of file.</param>
/// <param name="Sources">The numbers of shards; null for others.</param>
/// <param name="Rows">The numbers of rows; null for files without rows.</param>
/// <param name="Bytes">The sizes.</param>
/// <param name="Sha256">The SHA-256.</param>
/// <param name="Blocks">The CRC-32C of blocks; null for files without.</param>
internal sealed record FileRows(string?[] Paths, string?[] Kinds, long?[] Sources, long?[] Rows, long?[] Bytes, string?[] Sha256,
    uint[]?[] Blocks)
{
    /// <summary>How the rows of the dataset were read from their source; null if the list does not say.</summary>
    internal string? SourceRecord { get; private init; }

    /// <summary>Reads a list in the form in which Pile writes it, without DuckDB, whose start takes longer than most commands.</summary>
    /// <param name="list">The file's bytes.</param>
    /// <param name="path">The file, for messages.</param>
    /// <returns>The rows; null if the list has another form, which DuckDB may be able to read.</returns>
    internal static FileRows? TryRead(byte[] list, string path)
    {
        try
        {
            using ZstdDecompressor zstd = new();
            EncodedTable table = EncodedTable.Open(list, path, zstd.Decompress);
            return new FileRows(table.Texts("path"), table.Texts("kind"), table.Integers("source"), table.Integers("rows"),
                table.Integers("bytes"), table.Texts("sha256"),
                table.Has(FileBlocks.Column) ? table.Lists(FileBlocks.Column) : new uint[]?[table.RowCount])
            { SourceRecord = table.Metadata(DatasetPaths.SourceRecord) };
        }
        catch (Exception e) when (e is PlainParquetException or CodecException or NativeLibraryMissingException)
        {
            return null;
        }
    }

    /// <summary>Reads a list with DuckDB.</summary>
    /// <exception cref="DuckDbException">The file is not such a list.</exception>
    internal static FileRows Query(DuckDbConnection connection, string localPath, CancellationToken cancellationToken)
    {
        using DuckDbResult result = Select(connection, localPath, cancellationToken);
        List<string?> paths = [], kinds = [], sha256 = [];
        List<long?> sources = [], rows = [], bytes = [];
        List<uint[]?> blocks = [];
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
            {
                paths.Add(chunk[0].Text(row));
                kinds.Add(chunk[1].Text(row));
                sources.Add(Integer(chunk, 2, row));
                rows.Add(Integer(chunk, 3, row));
                bytes.Add(Integer(chunk, 4, row));
                sha256.Add(chunk[5].Text(row));
                blocks.Add(chunk[6].IsValid(row)
                    ? chunk.Values<DuckDbListEntry>(6)[row].Of(chunk[6].Child.Values<uint>()).ToArray() : null);
            }
        return new FileRows([.. paths], [.. kinds], [.. sources], [.. rows], [.. bytes], [.. sha256], [.. blocks]);

        static long? Integer(DuckDbChunk chunk, int column, int row) => chunk[column].IsValid(row) ? chunk.Values<long>(column)[row] : null;
    }

    private static DuckDbResult Select(DuckDbConnection connection, string localPath, CancellationToken cancellationToken)
    {
        try
        {
            return Select($"CASE WHEN kind = 'index' THEN {FileBlocks.Column}::UINTEGER[] END");
        }
        catch (DuckDbException e) when (e.Type == DuckDbErrorType.Binder) // an older dataset has no such column
        {
            return Select("NULL::UINTEGER[]");
        }

        DuckDbResult Select(string blocks) => connection.Query(
            $"SELECT path::VARCHAR, kind::VARCHAR, source::BIGINT, rows::BIGINT, bytes::BIGINT, sha256::VARCHAR, {blocks} "
                + $"FROM read_parquet({DuckDbSql.Literal(localPath)}, hive_partitioning = false)", cancellationToken: cancellationToken);
    }
}
