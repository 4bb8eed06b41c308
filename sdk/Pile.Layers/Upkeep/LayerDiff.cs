using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>The differences of a layer at two commits, or of two layers with ids of one kind. It needs no dataset.</summary>
internal sealed class LayerDiff : IDisposable
{
    private const string Changes = "changes";

    private readonly LayerDatabase database;

    private LayerDiff(LayerDatabase database) => this.database = database;

    /// <summary>The fields that only the second side has.</summary>
    internal ImmutableArray<LayerField> Added { get; private init; }

    /// <summary>The fields that only the first side has.</summary>
    internal ImmutableArray<LayerField> Removed { get; private init; }

    /// <summary>The fields of both sides with different types, in pairs.</summary>
    internal ImmutableArray<(LayerField A, LayerField B)> Retyped { get; private init; }

    /// <summary>The number of changed values of each field that has any.</summary>
    /// <remarks>All values of a field that only one side has are changed.</remarks>
    internal ImmutableArray<(string Field, long Values)> Changed { get; private set; }

    /// <summary>True if fields and values are equal.</summary>
    internal bool AreEqual => Added.IsEmpty && Removed.IsEmpty && Retyped.IsEmpty && Changed.IsEmpty;

    /// <summary>Compares two layers.</summary>
    /// <exception cref="ArgumentException">The ids are of different kinds.</exception>
    /// <exception cref="Format.PileException">A file of a layer is missing, was changed or forgotten, or the store fails.</exception>
    internal static async Task<LayerDiff> RunAsync(LayerSnapshot a, LayerSnapshot b, CancellationToken cancellationToken)
    {
        if (a.Store.Manifest.HasTextIds != b.Store.Manifest.HasTextIds)
            throw new ArgumentException($"The ids of layer '{a.Store.Address}' and of layer '{b.Store.Address}' are integers in one, and "
                + "text in the other: they have no rows in common.");
        Dictionary<string, LayerField> before = a.Fields.ToDictionary(f => f.Name, StringComparer.Ordinal),
            after = b.Fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
        LayerDiff diff = new(new LayerDatabase())
        {
            Added = [.. b.Fields.Where(f => !before.ContainsKey(f.Name))],
            Removed = [.. a.Fields.Where(f => !after.ContainsKey(f.Name))],
            Retyped = [.. a.Fields.Where(f => after.TryGetValue(f.Name, out LayerField? other) && other.Type != f.Type)
                .Select(f => (f, after[f.Name]))],
        };
        try
        {
            await diff.CompareAsync(a, b, [.. before.Keys.Union(after.Keys)], cancellationToken).ConfigureAwait(false);
            return diff;
        }
        catch
        {
            diff.Dispose();
            throw;
        }
    }

    /// <summary>Returns the changed values, sorted by id and field: id, field, and the values of both sides as text, null for none.
    /// </summary>
    /// <param name="limit">The maximum number of values; null for all.</param>
    internal IEnumerable<(string Id, string Field, string? Before, string? After)> Values(long? limit = null)
    {
        using DuckDbResult result = database.Connection.Query($"SELECT id::VARCHAR, field, a, b FROM {Changes} ORDER BY id, field"
            + (limit is { } most ? FormattableString.Invariant($" LIMIT {most}") : ""));
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int i = 0; i < chunk.RowCount; i++)
                yield return (chunk[0].Text(i)!, chunk[1].Text(i)!, chunk[2].Text(i), chunk[3].Text(i));
    }

    public void Dispose() => database.Dispose();

    private async Task CompareAsync(LayerSnapshot a, LayerSnapshot b, string[] fields, CancellationToken cancellationToken)
    {
        List<LocalCopy> held = [];
        try
        {
            string left = await StateAsync(a, held, cancellationToken).ConfigureAwait(false),
                right = await StateAsync(b, held, cancellationToken).ConfigureAwait(false);
            DuckDbConnection connection = database.Connection;
            connection.Execute($"CREATE TEMP TABLE a AS {left}", cancellationToken: cancellationToken);
            connection.Execute($"CREATE TEMP TABLE b AS {right}", cancellationToken: cancellationToken);
            connection.Execute($"CREATE TEMP TABLE {Changes} (id {(a.Store.Manifest.HasTextIds ? "VARCHAR" : "BIGINT")}, field VARCHAR, "
                + "a VARCHAR, b VARCHAR)", cancellationToken: cancellationToken);
            foreach (string field in fields)
                connection.Execute($"INSERT INTO {Changes} SELECT coalesce(a.{LayerPaths.ObjectId}, b.{LayerPaths.ObjectId}), "
                    + $"{DuckDbSql.Literal(field)}, {TextOf("a", a, field)} AS _pile_a, {TextOf("b", b, field)} AS _pile_b "
                    + $"FROM a FULL JOIN b ON a.{LayerPaths.ObjectId} = b.{LayerPaths.ObjectId} WHERE {DifferSql(field)}",
                    cancellationToken: cancellationToken);
            using DuckDbResult counts = connection.Query($"SELECT field, count(*) FROM {Changes} GROUP BY field ORDER BY field",
                cancellationToken: cancellationToken);
            Changed = [.. counts.Chunks().SelectMany(chunk => Enumerable.Range(0, chunk.RowCount)
                .Select(i => (chunk[0].Text(i)!, chunk.Values<long>(1)[i])).ToArray())];
        }
        finally
        {
            held.ForEach(c => c.Dispose());
        }
    }

    // The text of a float32 is not that of the equal float64, nor that of an integer.
    private string DifferSql(string name)
    {
        foreach ((LayerField a, LayerField b) in Retyped)
            if (a.Name == name && a.Type.Kind == b.Type.Kind && a.Type.IsOfNumbers && b.Type.IsOfNumbers)
                return $"{a.Type.ComparableSql(Column("a"), b.Type)} IS DISTINCT FROM {b.Type.ComparableSql(Column("b"), a.Type)}";
        return "_pile_a IS DISTINCT FROM _pile_b";

        string Column(string side) => $"{side}.{DuckDbSql.Identifier(name)}";
    }

    // From the patches alone: stored states have the rows of one dataset, and diffs are of few commits.
    private static async Task<string> StateAsync(LayerSnapshot layer, List<LocalCopy> held, CancellationToken cancellationToken)
    {
        LayerReplay replay = LayerReplay.Of(layer.Store, [], await layer.Store.ReadAsync(1, layer.Number, cancellationToken)
            .ConfigureAwait(false));
        LocalCopy[] copies = await layer.CopiesAsync(replay.Patches, cancellationToken).ConfigureAwait(false);
        held.AddRange(copies);
        Dictionary<LayerPatch, string> paths = replay.Patches.Select((p, i) => (p, copies[i].Path)).ToDictionary(p => p.p, p => p.Path);
        return new StateSql(replay, null, p => paths[p]).Text();
    }

    private static string TextOfBoxes(string side, LayerField field)
    {
        string[] members = [.. Box.NamesOf(field.Type.Members)];
        IEnumerable<string> items = members.Select(m => m != Box.ClassName ? $"'{m}': {Column(m)}"
            : $"'{m}': list_transform({Column(m)}, lambda c: ({DuckDbSql.LiteralList([.. field.Categories])}::VARCHAR[])[c + 1])");
        return $"CASE WHEN {Column(members[0])} IS NOT NULL THEN {{{string.Join(", ", items)}}}::VARCHAR END";

        string Column(string member) => $"{side}.{DuckDbSql.Identifier($"{field.Name}.{member}")}";
    }

    // Labels are codes in a state; the same name may have another code in another layer.
    private static string TextOf(string side, LayerSnapshot layer, string name)
    {
        if (layer.Fields.FirstOrDefault(f => f.Name == name) is not { } field)
            return "NULL::VARCHAR";
        if (field.Type.Kind == FieldKind.Box)
            return TextOfBoxes(side, field);
        string column = $"{side}.{DuckDbSql.Identifier(name)}";
        return field.Type.Kind == FieldKind.Label ? $"({DuckDbSql.LiteralList([.. field.Categories])}::VARCHAR[])[{column} + 1]"
            : field.Type.TextSql(column);
    }
}
