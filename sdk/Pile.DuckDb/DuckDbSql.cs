using System.Globalization;

namespace Pile.DuckDb;

/// <summary>Quotes names and values for SQL. Prefer parameters where SQL allows them.</summary>
internal static class DuckDbSql
{
    /// <summary>Quotes a table or column name: <c>a"b</c> becomes <c>"a""b"</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty or contains a NUL character.</exception>
    internal static string Identifier(string name) => name.Length == 0
        ? throw new ArgumentException("A name in SQL must not be empty.", nameof(name))
        : $"\"{WithoutNul(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Quotes a text: <c>a'b</c> becomes <c>'a''b'</c>.</summary>
    /// <exception cref="ArgumentException">The text contains a NUL character.</exception>
    internal static string Literal(string text) => $"'{WithoutNul(text).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Returns an exact DOUBLE literal: <c>0.618</c> alone would be a DECIMAL.</summary>
    internal static string Literal(double value)
    {
        string text = double.IsNaN(value) ? "nan" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf"
            : value.ToString("R", CultureInfo.InvariantCulture);
        return $"'{text}'::DOUBLE";
    }

    /// <summary>Returns SQL that converts a DECIMAL, or lists of DECIMAL at any depth, to the nearest DOUBLE.</summary>
    /// <param name="value">SQL of the value.</param>
    /// <param name="type">Its type, a DECIMAL or lists or arrays of it.</param>
    /// <remarks>DuckDB divides the digits, as a DOUBLE, by a power of ten. That is exact for digits up to 2⁵³ and powers up to 10²²; other
    /// values are off by one place in some rows, so that they are converted through their text.</remarks>
    internal static string DecimalAsDouble(string value, DuckDbType type)
    {
        string lists = "";
        for (; type.Child is { } child; type = child)
            lists += "[]";
        string digits = type is { DecimalWidth: <= 15 } ? value : $"CAST({value} AS VARCHAR{lists})";
        return $"CAST({digits} AS DOUBLE{lists})";
    }

    /// <summary>Returns true if a statement has a number beyond the range of DOUBLE, such as <c>1e400</c>.</summary>
    /// <param name="tree">The result of <c>json_serialize_sql</c>, which is not valid JSON in this case.</param>
    internal static bool HasInfiniteNumber(string tree) =>
        tree.Contains("\"value\":Infinity", StringComparison.Ordinal) || tree.Contains("\"value\":-Infinity", StringComparison.Ordinal);

    /// <summary>Returns a list of texts, as <c>read_parquet</c> requires for several files: <c>['a', 'b']</c>.</summary>
    internal static string LiteralList(ReadOnlySpan<string> texts)
    {
        var literals = new string[texts.Length];
        for (int i = 0; i < texts.Length; i++)
            literals[i] = Literal(texts[i]);
        return $"[{string.Join(", ", literals)}]";
    }

    /// <summary>Returns the SQL of a column in a tile: a member of a nested group is a field of the group's STRUCT.</summary>
    internal static string TileColumn(Format.ColumnSchema column) => column.TileSql ?? (column.Nested is { } group
        ? $"struct_extract({Identifier(group)}, {Literal(column.NestedMember)})" : Identifier(column.SqlName));

    private static string WithoutNul(string text) => text.Contains('\0', StringComparison.Ordinal) // DuckDB would end the text there
        ? throw new ArgumentException("Text in SQL must not contain a NUL character.", nameof(text))
        : text;
}
