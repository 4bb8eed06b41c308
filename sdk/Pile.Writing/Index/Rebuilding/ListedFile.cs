using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Index.Rebuilding;

/// <summary>What a rebuild needs of one line of <c>files.parquet</c>.</summary>
internal sealed record ListedFile(string Path, string Kind, int? Source, long Bytes, string Sha256)
{
    /// <summary>Reads the list.</summary>
    /// <exception cref="DatasetInvalidException">It is missing or no list, or a path leaves the dataset.</exception>
    internal static List<ListedFile> ReadAll(string datasetFolder, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        string list = System.IO.Path.Combine(datasetFolder, DatasetPaths.Files);
        List<ListedFile> files = [];
        try
        {
            using DuckDbResult result = connection.Query($"SELECT path::VARCHAR, kind::VARCHAR, source::INTEGER, bytes::BIGINT, sha256::VARCHAR FROM read_parquet({DuckDbSql.Literal(list)}, hive_partitioning = false)",
                cancellationToken: cancellationToken);
            while (result.TryNextChunk(out DuckDbChunk? chunk))
                for (int row = 0; row < chunk.RowCount; row++)
                    files.Add(new ListedFile(chunk[0].Text(row) ?? "", chunk[1].Text(row) ?? "", chunk[2].IsValid(row) ? chunk.Values<int>(2)[row] : null, chunk.Values<long>(3)[row], chunk[4].Text(row) ?? ""));
        }
        catch (DuckDbException e)
        {
            throw new DatasetInvalidException(datasetFolder, $"'{DatasetPaths.Files}' cannot be read: {e.Error.TrimEnd().Split('\n')[0]}", "Get it again: it says which shards there are and what the index must be", e);
        }
        foreach (ListedFile file in files)
            if (file.Kind != "source")
                _ = DatasetPaths.Resolve(datasetFolder, file.Path);
        return files;
    }
}
