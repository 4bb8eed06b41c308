using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Spill;

/// <summary>The columns of one part of a spill, and their observed nulls, widths and lengths.</summary>
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

    /// <summary>The columns in the order of the batches, with the role and storage of the dataset.</summary>
    internal ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>Equal for batches that can be in the same part.</summary>
    internal string Signature { get; }

    internal bool HasSpilled => Columns.Any(IsSpilled);

    /// <summary>Returns whether the values of a column are stored in the row file, so that sorting moves their location only.</summary>
    /// <remarks>Besides heavy columns these are vectors of text, such as WCS cards for each band: kilobytes per row, which DuckDB would
    /// hold in memory to sort.</remarks>
    internal static bool IsSpilled(ColumnSchema column) => column.Storage == ColumnStorage.Heavy || IsTextVector(column);

    internal static bool IsTextVector(ColumnSchema column) => column.DType == DType.String && !column.IsScalar;

    /// <summary>Returns a text that identifies a layout: everything but widths, nulls, and the lengths of heavy columns.</summary>
    internal static string SignatureOf(ImmutableArray<ColumnSchema> columns)
    {
        StringBuilder text = new();
        foreach (ColumnSchema c in columns)
        {
            text.Append($"{c.Name}\0{c.DType}\0{c.Storage}\0{c.Shape.Length}\0{c.Unit ?? "\u0001"}\0{c.Ucd ?? "\u0001"}\0");
            text.Append($"{c.Description ?? "\u0001"}\0{c.Role}\0{c.IsList}\0{c.MaskPolarity}\0{c.Padding.IsEdge}\0");
            text.Append($"{c.Padding.Value:R}\0{c.Codec}\0{c.MaskBits}\0{c.Encoding}\0{c.Time}\0{c.Nested}\0{c.SpectralMedium}\0");
            text.AppendJoin(',', c.Sentinels).AppendJoin('\0', c.Categories);
            if (c.Storage == ColumnStorage.Light)
                text.AppendJoin(',', c.Shape);
            foreach (BandSchema band in c.Bands)
                text.Append($"\0{band}");
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Returns a text that is equal for layouts whose parts DuckDB can read as one table.</summary>
    internal static string TypesOf(ImmutableArray<ColumnSchema> columns) =>
        string.Join('\n', columns.Select(c => $"{c.Name}\0{c.DType}\0{c.Storage}\0{c.IsScalar}"));

    /// <summary>Records a batch's nulls, widths and lengths.</summary>
    internal void Record(RowBatch batch)
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
            if (data is ReferenceColumnData reference)
                for (int row = 0; row < data.RowCount; row++)
                    longest[i] = Math.Max(longest[i], reference.StartOf(row + 1) - reference.StartOf(row));
            if (data is WindowColumnData windows)
                longest[i] = Math.Max(longest[i], Math.Max(windows.BandCount, WindowColumnData.WindowTerms));
            if (Columns[i].Storage != ColumnStorage.Light)
            {
                int[] shape = shapes[i] ??= [.. data.Schema.Shape];
                for (int axis = 0; axis < shape.Length; axis++)
                    if (shape[axis] != data.Schema.Shape[axis])
                        shape[axis] = ColumnSchema.Ragged;
            }
        }
    }

    /// <summary>Returns the columns with the recorded nulls, widths and lengths.</summary>
    internal ImmutableArray<ColumnSchema> Recorded() => [.. Columns.Select((c, i) => c with
    {
        Nullable = nullable[i],
        StringBytes = Math.Max(c.StringBytes, stringBytes[i]),
        Shape = shapes[i] is { } shape ? [.. shape] : c.Shape,
        Longest = longest[i],
    })];

    /// <summary>Returns a hash that is equal for layouts whose <see cref="Recorded"/> columns are equal.</summary>
    internal string RecordedHash()
    {
        StringBuilder text = new(Signature);
        for (int i = 0; i < Columns.Length; i++)
            text.Append(nullable[i] ? '1' : '0').Append(Math.Max(Columns[i].StringBytes, stringBytes[i])).Append(' ').Append(longest[i])
                .Append(' ').AppendJoin(',', shapes[i] ?? []).Append('\n');
        return Convert.ToHexString(SHA256.HashData(Encoding.Unicode.GetBytes(text.ToString())));
    }

    /// <summary>Returns the columns of a part with some columns.</summary>
    internal static ImmutableArray<DuckDbField> Fields(ImmutableArray<ColumnSchema> columns)
    {
        DuckDbType integers = DuckDbType.List(DuckDbType.Integer);
        List<DuckDbField> fields = [new(SpillNames.Key, DuckDbType.BigInt), new(SpillNames.Unit, DuckDbType.Integer),
            new(SpillNames.Row, DuckDbType.BigInt)];
        if (columns.Any(IsSpilled))
            fields.AddRange([new(SpillNames.HeavyOffset, DuckDbType.BigInt), new(SpillNames.HeavyBytes, DuckDbType.BigInt)]);
        foreach (ColumnSchema c in columns)
            if (c.IsOutside)
                fields.AddRange(ReferenceParts.InSpill(c).Select(part => new DuckDbField(SpillNames.Light(part.Name), TypeOf(part))));
            else if (IsSpilled(c))
                fields.AddRange([new(SpillNames.Shape(c.Name), integers), new(SpillNames.IsNull(c.Name), DuckDbType.Boolean)]);
            else
                fields.Add(new(SpillNames.Light(c.Name), TypeOf(c)));
        return [.. fields];
    }

    /// <summary>Returns the type of a light column in a spill: vectors are lists, and bytes with an encoding are one value.</summary>
    internal static DuckDbType TypeOf(ColumnSchema column)
    {
        DuckDbType element = DuckDbColumn.TypeOf(column.DType);
        return column.IsBytes ? DuckDbType.Blob : column.IsScalar ? element : DuckDbType.List(element);
    }
}
