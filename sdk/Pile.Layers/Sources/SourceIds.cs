using System.Globalization;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Layers;

/// <summary>The rows of a source as of a commit, for changes of their values.</summary>
/// <param name="database">The database to look in.</param>
/// <param name="state">The rows.</param>
internal sealed class SourceIds(LayerDatabase database, LayerState state) : ILayerRows
{
    private const string Asked = "_pile_asked";
    private const int MostSimilar = 3;

    private string Rows => $"read_parquet({DuckDbSql.Literal(state.Path)}, hive_partitioning = false)";

    /// <inheritdoc/>
    public Task<long[]> FindAsync(ObjectId[] ids, CancellationToken cancellationToken)
    {
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {Asked} (id VARCHAR, n BIGINT)", cancellationToken: cancellationToken);
        using (DuckDbAppender appender = connection.Append(Asked))
        {
            long[] numbers = [.. Enumerable.Range(0, ids.Length)];
            appender.Append(StateBuild.ToColumn(ids, areText: true), DuckDbColumn.Of<long>(numbers));
            appender.Complete();
        }
        long[] found = new long[ids.Length];
        Array.Fill(found, -1);
        using DuckDbResult result = connection.Query($"SELECT a.n, s.{LayerPaths.Row} FROM {Asked} a JOIN {Rows} s "
            + $"ON a.id = s.{LayerPaths.ObjectId}", cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int i = 0; i < chunk.RowCount; i++)
                found[chunk.Values<long>(0)[i]] = chunk.Values<long>(1)[i];
        return Task.FromResult(found);
    }

    /// <inheritdoc/>
    public Task<PictureSizes?> SizesAsync(ObjectId[] ids, CancellationToken cancellationToken)
    {
        using DuckDbConnection connection = database.Connect();
        if (connection.Scalar<long>($"SELECT count(*) FROM parquet_schema({DuckDbSql.Literal(state.Path)}) WHERE name IN "
            + $"('{SourceFields.Width}', '{SourceFields.Height}')", cancellationToken: cancellationToken) < 2)
            return Task.FromResult<PictureSizes?>(null);
        HashSet<string> wanted = [.. ids.Select(i => i.Text)];
        List<ObjectId> found = [];
        List<double> widths = [], heights = [];
        using DuckDbResult result = connection.Query($"SELECT {LayerPaths.ObjectId}, {SourceFields.Width}::DOUBLE, "
            + $"{SourceFields.Height}::DOUBLE FROM {Rows} WHERE {SourceFields.Width} IS NOT NULL AND {SourceFields.Height} IS NOT NULL",
            cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int i = 0; i < chunk.RowCount; i++)
                if (chunk[0].Text(i) is { } id && wanted.Contains(id))
                {
                    found.Add(new ObjectId(id));
                    widths.Add(chunk.Values<double>(1)[i]);
                    heights.Add(chunk.Values<double>(2)[i]);
                }
        return Task.FromResult<PictureSizes?>(found.Count == 0 ? null : new PictureSizes([.. found], [.. widths], [.. heights]));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> SimilarAsync(ObjectId unknown, CancellationToken cancellationToken)
    {
        List<string> similar = [];
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query(string.Create(CultureInfo.InvariantCulture, $"SELECT {LayerPaths.ObjectId} FROM "
            + $"{Rows} ORDER BY levenshtein({LayerPaths.ObjectId}, {DuckDbSql.Literal(unknown.Text)}), 1 LIMIT {MostSimilar}"),
            cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int i = 0; i < chunk.RowCount; i++)
                similar.Add(chunk[0].Text(i)!);
        return Task.FromResult<IReadOnlyList<string>>(similar);
    }
}
