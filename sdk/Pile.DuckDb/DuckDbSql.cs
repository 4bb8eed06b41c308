using System.Globalization;

namespace Pile.DuckDb;

/// <summary>Writes names and values into SQL so that they stay names and values. Prefer parameters where SQL allows them.</summary>
internal static class DuckDbSql
{
    /// <summary>A table or column name: <c>a"b</c> becomes <c>"a""b"</c>.</summary>
    /// <exception cref="ArgumentException">The name is empty or holds a NUL character.</exception>
    internal static string Identifier(string name) => name.Length == 0
        ? throw new ArgumentException("A name in SQL can't be empty.", nameof(name))
        : $"\"{WithoutNul(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text: <c>a'b</c> becomes <c>'a''b'</c>.</summary>
    /// <exception cref="ArgumentException">The text holds a NUL character.</exception>
    internal static string Literal(string text) => $"'{WithoutNul(text).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A DOUBLE, exactly: a bare <c>0.618</c> would be a DECIMAL.</summary>
    internal static string Literal(double value)
    {
        string text = double.IsNaN(value) ? "nan" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf"
            : value.ToString("R", CultureInfo.InvariantCulture);
        return $"'{text}'::DOUBLE";
    }

    /// <summary>Returns true if a statement has a number beyond the range of DOUBLE, such as <c>1e400</c>.</summary>
    /// <param name="tree">The statement as <c>json_serialize_sql</c> returns it, which is not JSON then.</param>
    internal static bool HoldsInfiniteNumber(string tree) =>
        tree.Contains("\"value\":Infinity", StringComparison.Ordinal) || tree.Contains("\"value\":-Infinity", StringComparison.Ordinal);

    /// <summary>A list of texts, as <c>read_parquet</c> takes several files: <c>['a', 'b']</c>.</summary>
    internal static string LiteralList(ReadOnlySpan<string> texts)
    {
        var literals = new string[texts.Length];
        for (int i = 0; i < texts.Length; i++)
            literals[i] = Literal(texts[i]);
        return $"[{string.Join(", ", literals)}]";
    }

    /// <summary>A column of the format out of a tile's columns: a member of a nested group is a field of the group's STRUCT.</summary>
    internal static string TileColumn(Format.ColumnSchema column) => column.Nested is { } group
        ? $"struct_extract({Identifier(group)}, {Literal(column.NestedMember)})" : Identifier(column.SqlName);

    private static string WithoutNul(string text) => text.Contains('\0', StringComparison.Ordinal) // DuckDB's text would end there
        ? throw new ArgumentException("Text in SQL must not contain a NUL character.", nameof(text))
        : text;
}
