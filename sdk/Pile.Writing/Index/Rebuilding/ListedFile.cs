using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Index.Rebuilding;

/// <summary>The fields of a row of <c>files.parquet</c> that a rebuild needs.</summary>
internal sealed record ListedFile(string Path, string Kind, int? Source, long Bytes, string Sha256)
{
    /// <summary>Reads the list.</summary>
    /// <param name="datasetFolder">The dataset.</param>
    /// <param name="expectedSha256">The SHA-256 of the list according to the manifest.</param>
    /// <param name="connection">Any connection.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="DatasetInvalidException">The list is missing, has another checksum or is not valid, or contains a path outside the
    /// dataset.</exception>
    internal static List<ListedFile> ReadAll(
        string datasetFolder, string expectedSha256, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        string list = System.IO.Path.Combine(datasetFolder, DatasetPaths.Files);
        List<ListedFile> files = [];
        try
        {
            using FileStream bytes = File.OpenRead(list);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) is var found && found != expectedSha256)
                throw new DatasetInvalidException(datasetFolder,
                    $"'{DatasetPaths.Files}' has SHA-256 {found}, but the manifest lists {expectedSha256}",
                    "Get it again: it lists the shards and the files of the index");
            using DuckDbResult result = connection.Query("SELECT path::VARCHAR, kind::VARCHAR, source::INTEGER, bytes::BIGINT, "
                + $"sha256::VARCHAR FROM read_parquet({DuckDbSql.Literal(list)}, hive_partitioning = false)",
                cancellationToken: cancellationToken);
            while (result.TryNextChunk(out DuckDbChunk? chunk))
                for (int row = 0; row < chunk.RowCount; row++)
                    files.Add(new ListedFile(chunk[0].Text(row) ?? "", chunk[1].Text(row) ?? "",
                        chunk[2].IsValid(row) ? chunk.Values<int>(2)[row] : null, chunk.Values<long>(3)[row], chunk[4].Text(row) ?? ""));
        }
        catch (Exception e) when (e is DuckDbException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetInvalidException(datasetFolder,
                $"'{DatasetPaths.Files}' cannot be read: {e.Message.TrimEnd().Split('\n')[0]}",
                "Get it again: it lists the shards and the files of the index", e);
        }
        foreach (ListedFile file in files)
            if (file.Kind is not ("shard" or "index" or "margin" or "meta" or "source"))
                throw new DatasetInvalidException(datasetFolder,
                    $"'{DatasetPaths.Files}': '{file.Path}' is of the unknown kind '{file.Kind}'", "Run 'pile validate' for all findings");
            else if (file.Kind != "source")
                _ = DatasetPaths.Resolve(datasetFolder, file.Path);
        return files;
    }
}
