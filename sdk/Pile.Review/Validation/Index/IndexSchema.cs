using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>The columns that every tile of an index must have according to the manifest.</summary>
internal sealed class IndexSchema
{
    private readonly ImmutableArray<(string Name, string Type, string Column)> ordered;
    private readonly ImmutableArray<(string Name, string Type, string Column)> pieces;
    private readonly ILookup<string, ColumnSchema> nested;
    private readonly HashSet<string> singles; // one value a row, however many pieces it has

    internal IndexSchema(Manifest manifest, ImmutableArray<ColumnSchema> light, ImmutableArray<ColumnSchema> heavy)
    {
        IndexKey key = manifest.Partition.Key;
        singles = [.. manifest.Columns.Where(c => c.Storage == ColumnStorage.Reference)
            .SelectMany(c => (string[])[ColumnNames.PieceFile(c.SqlName), ColumnNames.PieceFirst(c.SqlName)])];
        nested = light.Where(c => c.Nested is not null).ToLookup(c => c.Nested!);
        ordered = [(key.Column, "BIGINT", key.Column),
            .. light.Where(c => c.Name != key.Column).Where(c => c.Nested is null || nested[c.Nested].First() == c).Select(Expected)];
        pieces =
        [
            .. manifest.Columns.Where(c => c.Storage == ColumnStorage.Reference).SelectMany(ReferencesOf),
            .. manifest.Columns.Where(c => c.Storage == ColumnStorage.Window).SelectMany(WindowsOf),
            .. manifest.IsIndexOnly ? [] : (ReadOnlySpan<(string, string, string)>)[(ColumnNames.Source, "INTEGER", ColumnNames.Source),
                (ColumnNames.SourceRow, "INTEGER", ColumnNames.SourceRow)],
            .. heavy.SelectMany(PiecesOf),
        ];
    }

    /// <summary>Returns whether a column is ragged with several axes, so that the index must store the shape of each piece.</summary>
    internal static bool HasChunk(ColumnSchema heavy) => heavy.IsRagged && heavy.Shape.Length > 1;

    /// <summary>Returns the four columns with the location of a heavy column's pieces.</summary>
    internal static ImmutableArray<string> PieceColumns(ColumnSchema heavy) =>
        [ColumnNames.PieceOffset(heavy.SqlName), ColumnNames.PieceSize(heavy.SqlName), ColumnNames.PieceCodec(heavy.SqlName),
            ColumnNames.PieceCrc32C(heavy.SqlName)];

    /// <summary>Compares the columns of a tile.</summary>
    /// <param name="found">The columns of the tile.</param>
    /// <param name="report">Receives an error and its column.</param>
    /// <returns>The index names whose type is correct.</returns>
    internal ImmutableHashSet<string> Check(IReadOnlyList<DuckDbField> found, Action<string, string> report)
    {
        Dictionary<string, string> types = new(StringComparer.Ordinal);
        foreach (DuckDbField field in found)
            if (!types.TryAdd(field.Name, field.Type.ToString()))
                report("expected the column once, found it again", field.Name);
        ImmutableHashSet<string>.Builder correct = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach ((string name, string type, string column) in ordered.Concat(pieces))
        {
            bool mayBeList = pieces.Any(p => p.Name == name) && name is not (ColumnNames.Source or ColumnNames.SourceRow)
                && !type.EndsWith("[]", StringComparison.Ordinal) && !singles.Contains(name);
            if (!types.Remove(name, out string? has))
                report($"expected the column '{name}' of type {type}, found none", column);
            else if (has != type && !(mayBeList && has == type + "[]"))
                report($"expected the type {type} for '{name}', found {has}", column);
            else
                foreach (string member in nested.Contains(name) ? nested[name].Select(c => c.SqlName).Append(name) : [name])
                    correct.Add(member);
        }
        foreach (string name in types.Keys)
            report("expected no such column, as the manifest has none; found one", name);
        IEnumerable<string> places = found.Select(f => f.Name).Where(n => ordered.Any(o => o.Name == n));
        if (types.Count == 0 && found.All(f => correct.Contains(f.Name))
            && !found.Take(ordered.Length).Select(f => f.Name).SequenceEqual(ordered.Select(o => o.Name)))
            report($"expected the columns in the manifest's order after '{ordered[0].Name}', found {string.Join(", ", places)}",
                ordered[0].Name);
        return correct.ToImmutable();
    }

    /// <summary>Returns the name and type of a light column in tiles; a nested group is one STRUCT of lists.</summary>
    private (string Name, string Type, string Column) Expected(ColumnSchema column) => column.Nested is { } group
        ? (group, $"STRUCT({Members(group)})", group)
        : (column.SqlName, column.IsBytes ? "BLOB" : column.DType.SqlName() + (column.IsScalar ? "" : "[]"), column.Name);

    private string Members(string group) =>
        string.Join(", ", nested[group].Select(m => $"{DuckDbSql.Identifier(m.NestedMember)} {m.DType.SqlName()}[]"));

    private static IEnumerable<(string Name, string Type, string Column)> ReferencesOf(ColumnSchema column) =>
    [
        (ColumnNames.PieceFile(column.SqlName), "INTEGER", column.Name), .. PiecesOf(column, hasChunk: true),
        (ColumnNames.PieceFirst(column.SqlName), "BIGINT", column.Name),
    ];

    private static IEnumerable<(string Name, string Type, string Column)> WindowsOf(ColumnSchema column) =>
        WindowColumns(column).Select(name => (name, "INTEGER[]", column.Name));

    /// <summary>Returns the columns that locate the windows of a column: files, bands, factors and windows.</summary>
    internal static ImmutableArray<string> WindowColumns(ColumnSchema column) =>
        [ColumnNames.PieceFile(column.SqlName), ColumnNames.WindowBand(column.SqlName), ColumnNames.WindowFactor(column.SqlName),
            ColumnNames.Window(column.SqlName)];

    private static IEnumerable<(string Name, string Type, string Column)> PiecesOf(ColumnSchema heavy) => PiecesOf(heavy, HasChunk(heavy));

    private static IEnumerable<(string Name, string Type, string Column)> PiecesOf(ColumnSchema heavy, bool hasChunk)
    {
        foreach ((string name, string type) in PieceColumns(heavy).Zip((string[])["BIGINT", "INTEGER", "UTINYINT", "UINTEGER"]))
            yield return (name, type, heavy.Name);
        if (hasChunk)
            yield return (ColumnNames.PieceChunk(heavy.SqlName), "INTEGER[]", heavy.Name);
    }
}
