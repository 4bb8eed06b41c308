using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Review;

/// <summary>The columns that every tile of an index must have, as the manifest follows.</summary>
internal sealed class IndexSchema
{
    private readonly ImmutableArray<(string Name, string Type, string Column)> ordered;
    private readonly ImmutableArray<(string Name, string Type, string Column)> pieces;
    private readonly ILookup<string, ColumnSchema> nested;

    internal IndexSchema(ImmutableArray<ColumnSchema> light, ImmutableArray<ColumnSchema> heavy)
    {
        nested = light.Where(c => c.Nested is not null).ToLookup(c => c.Nested!);
        ordered = [(ColumnNames.Healpix29, "BIGINT", ColumnNames.Healpix29),
            .. light.Where(c => c.Nested is null || nested[c.Nested].First() == c).Select(Expected)];
        pieces = [(ColumnNames.Source, "INTEGER", ColumnNames.Source), (ColumnNames.SourceRow, "INTEGER", ColumnNames.SourceRow),
            .. heavy.SelectMany(PiecesOf)];
    }

    internal static bool IsInteger(DType type) => type is not (DType.Bool or DType.Float32 or DType.Float64 or DType.String);

    /// <summary>True for ragged columns of several axes: a piece's shape cannot be known without the shard.</summary>
    internal static bool HasChunk(ColumnSchema heavy) => heavy.IsRagged && heavy.Shape.Length > 1;

    /// <summary>The four columns that say where a heavy column's pieces lie.</summary>
    internal static ImmutableArray<string> PieceColumns(ColumnSchema heavy) =>
        [ColumnNames.PieceOffset(heavy.SqlName), ColumnNames.PieceSize(heavy.SqlName), ColumnNames.PieceCodec(heavy.SqlName),
            ColumnNames.PieceCrc32C(heavy.SqlName)];

    /// <summary>Compares the columns that a tile has.</summary>
    /// <param name="found">They.</param>
    /// <param name="complain">Hears what is wrong, and with which column.</param>
    /// <returns>The names in the index whose type is right.</returns>
    internal ImmutableHashSet<string> Check(IReadOnlyList<DuckDbField> found, Action<string, string> complain)
    {
        Dictionary<string, string> types = new(StringComparer.Ordinal);
        foreach (DuckDbField field in found)
            if (!types.TryAdd(field.Name, field.Type.ToString()))
                complain("expected the column once, found it again", field.Name);
        ImmutableHashSet<string>.Builder right = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach ((string name, string type, string column) in ordered.Concat(pieces))
        {
            bool mayBeList = pieces.Any(p => p.Name == name) && name is not (ColumnNames.Source or ColumnNames.SourceRow)
                && !type.EndsWith("[]", StringComparison.Ordinal);
            if (!types.Remove(name, out string? has))
                complain($"expected the column '{name}' of type {type}, found none", column);
            else if (has != type && !(mayBeList && has == type + "[]"))
                complain($"expected the type {type} for '{name}', found {has}", column);
            else
                foreach (string member in nested.Contains(name) ? nested[name].Select(c => c.SqlName).Append(name) : [name])
                    right.Add(member);
        }
        foreach (string name in types.Keys)
            complain("expected no such column, as the manifest has none; found one", name);
        IEnumerable<string> places = found.Select(f => f.Name).Where(n => ordered.Any(o => o.Name == n));
        if (types.Count == 0 && found.All(f => right.Contains(f.Name))
            && !found.Take(ordered.Length).Select(f => f.Name).SequenceEqual(ordered.Select(o => o.Name)))
            complain($"expected the columns in the manifest's order behind '{ColumnNames.Healpix29}', found {string.Join(", ", places)}",
                ColumnNames.Healpix29);
        return right.ToImmutable();
    }

    /// <summary>A light column as tiles have it; a nested group is one STRUCT of lists.</summary>
    private (string Name, string Type, string Column) Expected(ColumnSchema column) => column.Nested is { } group
        ? (group, $"STRUCT({string.Join(", ", nested[group].Select(m => $"{DuckDbSql.Identifier(m.NestedMember)} {m.DType.SqlName()}[]"))})", group)
        : (column.SqlName, column.DType.SqlName() + (column.IsScalar ? "" : "[]"), column.Name);

    private static IEnumerable<(string Name, string Type, string Column)> PiecesOf(ColumnSchema heavy)
    {
        foreach ((string name, string type) in PieceColumns(heavy).Zip((string[])["BIGINT", "INTEGER", "UTINYINT", "UINTEGER"]))
            yield return (name, type, heavy.Name);
        if (HasChunk(heavy))
            yield return (ColumnNames.PieceChunk(heavy.SqlName), "INTEGER[]", heavy.Name);
    }
}
