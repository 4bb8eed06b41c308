using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Finds who set the values of a row.</summary>
internal static class LayerBlame
{
    private const int PatchesAtOnce = 256;

    /// <summary>Returns every setting of the fields of a row, the newest first.</summary>
    internal static async Task<IReadOnlyList<BlameEntry>> RunAsync(LayerSnapshot layer, ObjectId id, Func<LayerDatabase> database,
        CancellationToken cancellationToken)
    {
        LayerReplay replay = LayerReplay.Of(layer.Store, [], await layer.Store.ReadAsync(1, layer.Number, cancellationToken)
            .ConfigureAwait(false));
        Dictionary<LayerPatch, string> found = [];
        List<LocalCopy> held = [];
        try
        {
            foreach (LayerPatch[] part in replay.Patches.Chunk(PatchesAtOnce))
            {
                LocalCopy[] copies = await layer.CopiesAsync(part, cancellationToken).ConfigureAwait(false);
                held.AddRange(copies);
                string paths = DuckDbSql.LiteralList([.. copies.Select(c => c.Path)]);
                // The name of the column is given: a field may have the name of one of DuckDB's virtual columns.
                using DuckDbResult result = database().Connection.Query($"SELECT DISTINCT _pile_file FROM read_parquet({paths}, "
                    + $"hive_partitioning = false, filename = '_pile_file') WHERE {LayerPaths.ObjectId} = {Literal(id)}",
                    cancellationToken: cancellationToken);
                HashSet<string> files = [.. result.Chunks().SelectMany(c => Enumerable.Range(0, c.RowCount).Select(i => c[0].Text(i)!)
                    .ToArray())];
                for (int i = 0; i < part.Length; i++)
                    if (files.Contains(copies[i].Path))
                        found[part[i]] = copies[i].Path;
            }
            List<BlameEntry> entries = [];
            foreach (LayerField field in replay.Fields)
            {
                FieldPart[] parts = [.. replay.PartsOf(field.Name).Where(p => found.ContainsKey(p.Patch!)).Reverse()];
                for (int i = 0; i < parts.Length; i++)
                    entries.Add(new BlameEntry(field.Name, ValueOf(parts[i], found[parts[i].Patch!], id, database(), cancellationToken),
                        parts[i].Patch!.Commit, parts[i].Patch!.Operation.SourceName, i == 0));
            }
            return entries;
        }
        finally
        {
            held.ForEach(c => c.Dispose());
        }
    }

    private static string? ValueOf(FieldPart part, string path, ObjectId id, LayerDatabase database, CancellationToken cancellationToken)
    {
        if (part.Column is null)
            return null;
        string column = DuckDbSql.Identifier(part.Column);
        string text = part.Field.Type.Kind == FieldKind.Blob ? $"to_json({column})::VARCHAR" : part.Field.Type.TextSql(column);
        using DuckDbResult result = database.Connection.Query($"SELECT {text} FROM "
            + $"read_parquet({DuckDbSql.Literal(path)}) WHERE {LayerPaths.ObjectId} = {Literal(id)}", cancellationToken: cancellationToken);
        return result.TryNextChunk(out DuckDbChunk? chunk) ? chunk[0].Text(0) : null;
    }

    // DuckDB reads a number without its sign, and the smallest one is too large then.
    private static string Literal(ObjectId id) => id.IsText ? DuckDbSql.Literal(id.Text) : $"'{id}'::BIGINT";
}
