using System.Globalization;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Layers;

/// <summary>Computes a state.</summary>
/// <param name="store">The layer.</param>
/// <param name="database">The database to compute in.</param>
/// <param name="rows">The rows of the dataset; null for a source, whose rows are numbered in the order of their ids.</param>
internal sealed class StateBuild(LayerStore store, LayerDatabase database, ILayerRows? rows)
{
    private const int IdsAtOnce = 1 << 20;
    private const string Merged = "_pile_merged", Found = "_pile_found";

    /// <summary>Writes the state after some patches to a new local file.</summary>
    /// <param name="replay">The patches.</param>
    /// <param name="basePath">The state before them; null without one.</param>
    /// <param name="pathOf">Returns the local path of a verified patch.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="LayerInvalidException">A patch does not have the columns or rows of its commit.</exception>
    internal async Task<LayerState> WriteAsync(LayerReplay replay, string? basePath, Func<LayerPatch, string> pathOf,
        CancellationToken cancellationToken)
    {
        DuckDbConnection connection = database.Connection;
        try
        {
            if (replay.Patches.Count > 0)
                RequireRows(replay, pathOf, cancellationToken);
            connection.Execute($"CREATE OR REPLACE TEMP TABLE {Merged} AS {new StateSql(replay, basePath, pathOf).Text()}",
                cancellationToken: cancellationToken);
            if (replay.Patches.Count == 1 && basePath is null && connection.Scalar<bool>(
                $"SELECT count(*) > count(DISTINCT {LayerPaths.ObjectId}) FROM {Merged}", cancellationToken: cancellationToken))
                throw Invalid($"patch '{replay.Patches[0].Operation.Patch}' has an id twice");
            if (rows is null)
                return WriteNumbered(connection, replay, cancellationToken);
            await FindRowsAsync(connection, rows, cancellationToken).ConfigureAwait(false);
            return Write(connection, replay, cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw new LayerInvalidException(store.Address,
                $"the values cannot be read from its patches: {e.Error.TrimEnd().Split('\n')[0]}", LayerInvalidException.GetAgain, e);
        }
    }

    private LayerState WriteNumbered(DuckDbConnection connection, LayerReplay replay, CancellationToken cancellationToken)
    {
        string path = database.NewFile(), fields = string.Concat(replay.Fields.SelectMany(f => f.StateColumns)
            .Select(c => $", {DuckDbSql.Identifier(c)}"));
        long written = connection.Execute($"COPY (SELECT row_number() OVER () - 1 AS {LayerPaths.Row}, * FROM "
            + $"(SELECT {LayerPaths.ObjectId}::{store.Manifest.IdsSql} AS {LayerPaths.ObjectId}{fields} FROM {Merged} ORDER BY 1)) "
            + $"TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION snappy{ZeroOption(connection, cancellationToken)})",
            cancellationToken: cancellationToken);
        connection.Execute($"DROP TABLE {Merged}", cancellationToken: cancellationToken);
        return new LayerState(path, written, 0);
    }

    private LayerState Write(DuckDbConnection connection, LayerReplay replay, CancellationToken cancellationToken)
    {
        string path = database.NewFile(), fields = string.Concat(replay.Fields.SelectMany(f => f.StateColumns)
            .Select(c => $", m.{DuckDbSql.Identifier(c)}"));
        long written = connection.Execute($"COPY (SELECT coalesce(m.{LayerPaths.Row}, f.row) AS {LayerPaths.Row}, "
            + $"m.{LayerPaths.ObjectId}{fields} "
            + $"FROM {Merged} m LEFT JOIN {Found} f ON m.{LayerPaths.ObjectId} = f.id WHERE coalesce(m.{LayerPaths.Row}, f.row) >= 0 "
            + $"ORDER BY 1) TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION uncompressed"
            + $"{ZeroOption(connection, cancellationToken)})", cancellationToken: cancellationToken);
        long all = connection.Scalar<long>($"SELECT count(*) FROM {Merged}", cancellationToken: cancellationToken);
        connection.Execute($"DROP TABLE {Merged}; DROP TABLE {Found}", cancellationToken: cancellationToken);
        return new LayerState(path, written, all - written);
    }

    private static string ZeroOption(DuckDbConnection connection, CancellationToken cancellationToken) =>
        ParquetCopy.OptionFor(connection, $"FROM {Merged}", cancellationToken);

    private async Task FindRowsAsync(DuckDbConnection connection, ILayerRows known, CancellationToken cancellationToken)
    {
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {Found} (id {store.Manifest.IdsSql}, row BIGINT)",
            cancellationToken: cancellationToken);
        List<ObjectId> ids = [];
        using (DuckDbResult result = connection.Query($"SELECT {LayerPaths.ObjectId} FROM {Merged} WHERE {LayerPaths.Row} IS NULL "
            + $"ORDER BY {LayerPaths.ObjectId}", cancellationToken: cancellationToken))
            foreach (DuckDbChunk chunk in result.Chunks())
                AddIds(ids, chunk[0], store);
        for (int first = 0; first < ids.Count; first += IdsAtOnce)
        {
            ObjectId[] part = [.. ids.Skip(first).Take(IdsAtOnce)];
            long[] positions = await known.FindAsync(part, cancellationToken).ConfigureAwait(false);
            using DuckDbAppender appender = connection.Append(Found);
            appender.Append(ToColumn(part, store.Manifest.HasTextIds), DuckDbColumn.Of<long>(positions));
            appender.Complete();
        }
    }

    private void RequireRows(LayerReplay replay, Func<LayerPatch, string> pathOf, CancellationToken cancellationToken)
    {
        using DuckDbResult result = database.Connection.Query("SELECT num_rows FROM parquet_file_metadata("
            + $"{DuckDbSql.LiteralList([.. replay.Patches.Select(pathOf)])})", cancellationToken: cancellationToken);
        int next = 0;
        foreach (DuckDbChunk chunk in result.Chunks())
            foreach (long found in chunk.Values<long>(0))
            {
                LayerPatch patch = replay.Patches[next++];
                if (found != patch.Operation.Rows)
                    throw Invalid(string.Create(CultureInfo.InvariantCulture,
                        $"patch '{patch.Operation.Patch}' has {found} rows, but commit {patch.Commit.Number} says {patch.Operation.Rows}"));
            }
    }

    /// <summary>Adds the ids of a column of a patch or state.</summary>
    /// <exception cref="LayerInvalidException">The ids are of another kind, or one is missing.</exception>
    internal static void AddIds(List<ObjectId> ids, DuckDbVector column, LayerStore store)
    {
        if (column.Type.Id != (store.Manifest.HasTextIds ? DuckDbTypeId.Varchar : DuckDbTypeId.BigInt))
            throw new LayerInvalidException(store.Address, $"a patch has ids of type {column.Type}, but the layer has ids of type "
                + store.Manifest.IdsSql, LayerInvalidException.GetAgain);
        for (int row = 0; row < column.RowCount; row++)
            if (!column.IsValid(row) || (store.Manifest.HasTextIds && column.Utf8(row).IsEmpty))
                throw new LayerInvalidException(store.Address, "a patch has a row without an id", LayerInvalidException.GetAgain);
            else
                ids.Add(store.Manifest.HasTextIds ? new ObjectId(column.Text(row)!) : new ObjectId(column.Values<long>()[row]));
    }

    internal static DuckDbColumn ToColumn(ObjectId[] ids, bool areText) => areText
        ? DuckDbColumn.Text(Array.ConvertAll(ids, id => id.Text)) : DuckDbColumn.Of<long>(Array.ConvertAll(ids, id => id.Number));

    private LayerInvalidException Invalid(string finding) => new(store.Address, finding, LayerInvalidException.GetAgain);
}
