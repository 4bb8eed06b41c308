using System.Collections.Immutable;
using System.Text;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The columns of one part of a spill: which are light, which heavy, and what was seen of them.</summary>
internal sealed class SpillLayout
{
    private readonly bool[] nullable;
    private readonly int[] stringBytes;
    private readonly int[]?[] shapes;
    private readonly int[] longest;

    internal SpillLayout(ImmutableArray<ColumnSchema> columns, string signature)
    {
        (Columns, Signature) = (columns, signature);
        nullable = new bool[columns.Length];
        stringBytes = new int[columns.Length];
        shapes = new int[columns.Length][];
        longest = new int[columns.Length];
    }

    /// <summary>The columns in the batches' order, with the role and storage that the dataset gives them.</summary>
    internal ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>Equal for batches that fit the same part.</summary>
    internal string Signature { get; }

    internal bool HasApart => Columns.Any(IsApart);

    /// <summary>True for columns whose values are put into the row file: sorting carries where they lie, not what they are.</summary>
    /// <remarks>Beside heavy columns these are vectors of text, such as WCS cards for each band: kilobytes a row, which DuckDB's sort would
    /// hold in memory.</remarks>
    internal static bool IsApart(ColumnSchema column) => column.Storage == ColumnStorage.Heavy || IsTextVector(column);

    internal static bool IsTextVector(ColumnSchema column) => column.DType == DType.String && !column.IsScalar;

    /// <summary>What tells a layout from another: everything but widths, nulls, and the lengths of heavy columns.</summary>
    internal static string SignatureOf(ImmutableArray<ColumnSchema> columns)
    {
        StringBuilder text = new();
        foreach (ColumnSchema c in columns)
        {
            text.Append($"{c.Name}\0{c.DType}\0{c.Storage}\0{c.Shape.Length}\0{c.Unit ?? "\u0001"}\0{c.Ucd}\0{c.Description}\0{c.MaskPolarity}\0{c.Padding.IsEdge}\0{c.Padding.Value:R}\0{c.Codec}\0{c.MaskBits}\0{c.Encoding}\0{c.Time}\0{c.Nested}\0{c.SpectralMedium}\0");
            text.AppendJoin(',', c.Sentinels).AppendJoin('\0', c.Categories);
            if (c.Storage == ColumnStorage.Light)
                text.AppendJoin(',', c.Shape);
            foreach (BandSchema band in c.Bands)
                text.Append($"\0{band}");
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Takes note of a batch's nulls, widths and lengths.</summary>
    internal void Note(RowBatch batch)
    {
        for (int i = 0; i < Columns.Length; i++)
        {
            ColumnData data = batch.Columns[i];
            nullable[i] |= data.Schema.Nullable || data.IsNull.Span.Contains(true);
            if (data is TextColumnData text)
            {
                ReadOnlySpan<int> starts = text.Starts.Span;
                for (int element = 1; element < starts.Length; element++)
                    stringBytes[i] = Math.Max(stringBytes[i], starts[element] - starts[element - 1]);
            }
            if (Columns[i].IsList)
                for (int row = 0; row < data.RowCount; row++)
                    longest[i] = Math.Max(longest[i], data.ShapeOf(row)[0]);
            if (Columns[i].Storage == ColumnStorage.Heavy)
            {
                int[] shape = shapes[i] ??= [.. data.Schema.Shape];
                for (int axis = 0; axis < shape.Length; axis++)
                    if (shape[axis] != data.Schema.Shape[axis])
                        shape[axis] = ColumnSchema.Ragged;
            }
        }
    }

    /// <summary>The columns with what was seen of them.</summary>
    internal ImmutableArray<ColumnSchema> Noted() => [.. Columns.Select((c, i) => c with
    {
        Nullable = nullable[i],
        StringBytes = Math.Max(c.StringBytes, stringBytes[i]),
        Shape = shapes[i] is { } shape ? [.. shape] : c.Shape,
        Longest = longest[i],
    })];

    internal string CreateTableSql(string table)
    {
        List<string> columns = [$"{SpillNames.Healpix29} BIGINT", $"{SpillNames.Unit} INTEGER", $"{SpillNames.Row} BIGINT"];
        if (HasApart)
            columns.AddRange([$"{SpillNames.HeavyOffset} BIGINT", $"{SpillNames.HeavyBytes} BIGINT"]);
        foreach (ColumnSchema c in Columns)
            if (IsApart(c))
                columns.AddRange([$"{SpillNames.Shape(c.Name)} INTEGER[]", $"{SpillNames.IsNull(c.Name)} BOOLEAN"]);
            else
                columns.Add($"{SpillNames.Light(c.Name)} {SqlType(c)}");
        return $"CREATE TABLE {DuckDbSql.Identifier(table)} ({string.Join(", ", columns)})";
    }

    /// <summary>The type of a light column in a spill: vectors are lists.</summary>
    internal static string SqlType(ColumnSchema column) => column.IsScalar ? column.DType.SqlName() : column.DType.SqlName() + "[]";
}
