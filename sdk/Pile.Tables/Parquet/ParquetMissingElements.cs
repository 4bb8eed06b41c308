using System.Globalization;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Tables.Parquet;

/// <summary>Finds the lists of integers with missing elements, which a Parquet file does not declare: such a column is float64, with NaN
/// for these, if float64 represents all its integers.</summary>
internal static class ParquetMissingElements
{
    private const long LargestExact = 1L << 53;

    /// <summary>Returns the columns with the types that represent their values.</summary>
    /// <remarks>Columns of lists are read once for this, unless the statistics of the file state that they have no missing
    /// element.</remarks>
    internal static IEnumerable<ParquetColumn> Resolve(DuckDbConnection connection, string path, IEnumerable<ParquetColumn> columns,
        CancellationToken cancellationToken)
    {
        HashSet<string> complete = ParquetColumn.ColumnsWithoutNull(connection, path);
        foreach (ParquetColumn column in columns)
            yield return column.Schema.IsScalar || !column.Schema.DType.IsInteger()
                || complete.Any(leaf => IsElementOf(leaf, column.Schema.Name)) ? column
                : Resolve(connection, path, column, cancellationToken);
    }

    /// <summary>Returns whether a leaf of the file has the elements of a column: <c>x, list, element</c>, of a struct
    /// <c>s, x, list, element</c>, of a list of structs <c>s, list, element, x</c>, with names for list and element that depend on the
    /// writer.</summary>
    private static bool IsElementOf(string leaf, string column)
    {
        int dot = column.LastIndexOf('.');
        return leaf.StartsWith($"{column}, ", StringComparison.Ordinal)
            || leaf.StartsWith($"{column.Replace(".", ", ", StringComparison.Ordinal)}, ", StringComparison.Ordinal)
            || (dot > 0 && leaf.StartsWith($"{column[..dot]}, ", StringComparison.Ordinal)
                && leaf.EndsWith($", {column[(dot + 1)..]}", StringComparison.Ordinal));
    }

    private static ParquetColumn Resolve(DuckDbConnection connection, string path, ParquetColumn column,
        CancellationToken cancellationToken) =>
        Find(connection, ParquetColumn.Scan(path), column, cancellationToken) switch
        {
            { HasMissing: false } => column,
            { Inexact: { } inexact } => column with { Inexact = inexact },
            _ => column.AsFloat64(),
        };

    /// <summary>Returns whether lists of integers have missing elements, and an integer that float64 does not represent.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="from">The table expression.</param>
    /// <param name="column">A column of lists of integers.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    internal static (bool HasMissing, string? Inexact) Find(DuckDbConnection connection, string from, ParquetColumn column,
        CancellationToken cancellationToken)
    {
        string list = column.Expression;
        for (int axis = 1; axis < column.Depth; axis++)
            list = $"flatten({list})";
        using DuckDbResult result = connection.Query($"SELECT coalesce(bool_or(len(x) > list_count(x)), false), "
            + "min(list_min(x))::HUGEINT::VARCHAR, max(list_max(x))::HUGEINT::VARCHAR FROM "
            + $"(SELECT {list} AS x FROM {from})", cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
            return (chunk[0].Values<bool>()[0], new[] { chunk[1].Text(0), chunk[2].Text(0) }.FirstOrDefault(text => text is not null
                && Int128.Abs(Int128.Parse(text, CultureInfo.InvariantCulture)) > LargestExact));
        return (false, null);
    }
}
