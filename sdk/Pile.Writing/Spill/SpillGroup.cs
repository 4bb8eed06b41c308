using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Spill;

/// <summary>Spill parts with the same columns and dtypes, which DuckDB reads as one table.</summary>
internal sealed class SpillGroup(ImmutableArray<ColumnSchema> columns)
{
    internal ImmutableArray<ColumnSchema> Columns { get; } = columns;

    private readonly HashSet<string> stored = new(columns.Concat(columns.Where(c => c.IsOutside)
        .SelectMany(ReferenceParts.InSpill)).Select(c => c.Name), StringComparer.Ordinal);

    /// <summary>Returns whether the parts have a column, or one of those of a reference column.</summary>
    internal bool Has(string name) => stored.Contains(name);

    internal List<string> Files { get; } = [];

    /// <summary>The vectors of text in the order of their bytes in a row, before all heavy columns.</summary>
    internal ImmutableArray<ColumnSchema> Texts { get; } = [.. columns.Where(SpillLayout.IsTextVector)];

    /// <summary>The heavy columns in the order of their bytes in a row.</summary>
    internal ImmutableArray<ColumnSchema> Heavy { get; } = [.. columns.Where(c => c.Storage == ColumnStorage.Heavy)];

    /// <summary>The table expression.</summary>
    internal string Sql =>
        $"read_parquet({DuckDbSql.LiteralList(Files.Select(EscapePattern).ToArray())}, hive_partitioning = false, union_by_name = false)";

    /// <summary>Escapes *, ? and [ by brackets, because DuckDB treats them as a pattern in a file's name.</summary>
    private static string EscapePattern(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString()));
}
