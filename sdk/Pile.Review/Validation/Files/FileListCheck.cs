using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>F001, F006: the list of files exists, has the manifest's checksum, and its rows are valid.</summary>
internal static class FileListCheck
{
    private const long MaxLines = 50_000_000, LargestBytes = 8L << 30;

    /// <summary>Reads the list; returns false if it cannot be read.</summary>
    internal static bool Read(DatasetUnderReview dataset, CancellationToken cancellationToken)
    {
        long bytes = dataset.Disk.BytesOf(DatasetPaths.Files);
        if (bytes is <= 0 or > LargestBytes)
        {
            Invalid(dataset, bytes < 0 ? "expected the list of files here, found no file"
                : $"expected a Parquet file of at most {LargestBytes} bytes, found {bytes} bytes");
            return false;
        }
        try
        {
            CheckHash(dataset);
            List<ListLine>? lines = dataset.Databases.Use(connection => ReadLines(dataset, connection, cancellationToken));
            if (lines is null)
                return false;
            ListedFiles.Check(dataset, lines);
            return true;
        }
        catch (DuckDbException e)
        {
            Invalid(dataset, $"expected a Parquet file with the columns path, kind, source, rows, bytes, sha256; found: {e.FirstLine()}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Invalid(dataset, $"cannot be read: {e.Message}");
        }
        return false;
    }

    private static void CheckHash(DatasetUnderReview dataset)
    {
        using FileStream file = File.OpenRead(dataset.FullPath(DatasetPaths.Files));
        string found = Convert.ToHexStringLower(SHA256.HashData(file));
        if (found != dataset.Manifest.FilesSha256)
            Invalid(dataset, $"expected SHA-256 {dataset.Manifest.FilesSha256} according to the manifest, found {found}");
    }

    private static List<ListLine>? ReadLines(DatasetUnderReview dataset, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        string path = dataset.FullPath(DatasetPaths.Files);
        bool hasBlocks = connection.Scalar<long>($"SELECT count(*) FROM parquet_schema({DuckDbSql.Literal(path)}) WHERE name = "
            + $"'{FileBlocks.Column}'", cancellationToken: cancellationToken) > 0;
        using DuckDbResult result = connection.Query("SELECT path::VARCHAR, kind::VARCHAR, source::INTEGER, rows::BIGINT, bytes::BIGINT, "
            + $"sha256::VARCHAR, {(hasBlocks ? FileBlocks.Column : "NULL")}::UINTEGER[] "
            + $"FROM {ParquetSql.Read(path)}", cancellationToken: cancellationToken);
        List<ListLine> lines = [];
        foreach (DuckDbChunk chunk in result.Chunks())
        {
            if (lines.Count + (long)chunk.RowCount > MaxLines)
            {
                Invalid(dataset, $"expected at most {MaxLines} lines, found more");
                return null;
            }
            for (int row = 0; row < chunk.RowCount; row++)
                lines.Add(new ListLine(chunk[0].Text(row), chunk[1].Text(row), Int(chunk, row), Long(chunk, 3, row), Long(chunk, 4, row),
                    chunk[5].Text(row), Blocks(chunk, row)));
        }
        return lines;

        static int? Int(DuckDbChunk chunk, int row) => chunk[2].IsValid(row) ? chunk.Values<int>(2)[row] : null;

        static uint[]? Blocks(DuckDbChunk chunk, int row) =>
            chunk[6].IsValid(row) ? chunk.Values<DuckDbListEntry>(6)[row].Of(chunk[6].Child.Values<uint>()).ToArray() : null;

        static long? Long(DuckDbChunk chunk, int column, int row) => chunk[column].IsValid(row) ? chunk.Values<long>(column)[row] : null;
    }

    private static void Invalid(DatasetUnderReview dataset,
        string message) => dataset.Log.Error(FindingCodes.FileListInvalid, DatasetPaths.Files, message);
}

/// <summary>One row of the list, unchecked.</summary>
internal readonly record struct ListLine(string? Path, string? Kind, int? Source, long? Rows, long? Bytes, string? Sha256,
    uint[]? BlockCrc32C);
