using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Spill parts of equal columns and dtypes: DuckDB reads them as one table.</summary>
internal sealed class SpillGroup(ImmutableArray<ColumnSchema> columns)
{
    internal ImmutableArray<ColumnSchema> Columns { get; } = columns;

    internal List<string> Files { get; } = [];

    /// <summary>Vectors of text in the order of their bytes in a row, before all heavy columns.</summary>
    internal ImmutableArray<ColumnSchema> Texts { get; } = [.. columns.Where(SpillLayout.IsTextVector)];

    /// <summary>Heavy columns in the order of their bytes in a row.</summary>
    internal ImmutableArray<ColumnSchema> Heavy { get; } = [.. columns.Where(c => c.Storage == ColumnStorage.Heavy)];

    /// <summary>The table expression.</summary>
    internal string Sql =>
        $"read_parquet({DuckDbSql.LiteralList(Files.Select(NotAPattern).ToArray())}, hive_partitioning = false, union_by_name = false)";

    /// <summary>DuckDB takes *, ? and [ in a file's name for a pattern; in brackets they stand for themselves.</summary>
    private static string NotAPattern(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString()));
}
