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
        CancellationToken cancellationToken)
    {
        string list = column.Expression;
        for (int axis = 1; axis < column.Depth; axis++)
            list = $"flatten({list})";
        using DuckDbResult result = connection.Query($"SELECT coalesce(bool_or(len(x) > list_count(x)), false), "
            + "min(list_min(x))::HUGEINT::VARCHAR, max(list_max(x))::HUGEINT::VARCHAR FROM "
            + $"(SELECT {list} AS x FROM {ParquetColumn.Scan(path)})", cancellationToken: cancellationToken);
        foreach (DuckDbChunk chunk in result.Chunks())
        {
            if (!chunk[0].Values<bool>()[0])
                return column;
            string? inexact = new[] { chunk[1].Text(0), chunk[2].Text(0) }.FirstOrDefault(text => text is not null
                && Int128.Abs(Int128.Parse(text, CultureInfo.InvariantCulture)) > LargestExact);
            return inexact is null ? column.AsFloat64() : column with { Inexact = inexact };
        }
        return column;
    }
}
