using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>The values of a column in one row, as a column of a FITS table: the first axis is along the rows of the table, further axes are
/// within its cells.</summary>
/// <param name="Name">TTYPE.</param>
/// <param name="Data">The column.</param>
/// <param name="Row">The row in the column.</param>
internal sealed record FitsTableColumn(string Name, ColumnData Data, int Row)
{
    /// <summary>The unit, by default that of the column.</summary>
    internal string? Unit { get; init; } = Data.Schema.Unit;

    /// <summary>The comment, by default the description of the column.</summary>
    internal string? Description { get; init; } = Data.Schema.Description;

    /// <summary>The ranges of elements that are written, each element to a separate
    /// row; null for all elements, with the shape of the column.</summary>
    internal ImmutableArray<Range>? Parts { get; init; }

    /// <summary>The number of rows of the table: the elements in <see cref="Parts"/>,
    /// or the length of the first axis, 1 for a scalar.</summary>
    internal int Length => Parts is { } parts ? parts.Sum(p => p.End.Value - p.Start.Value)
        : Data.ShapeOf(Row) is [int length, ..] ? length : 1;

    internal FitsColumnDefinition Definition()
    {
        ReadOnlySpan<int> cell = Parts is null && Data.ShapeOf(Row) is [_, .. var rest] ? rest : [];
        int repeat = 1;
        foreach (int length in cell)
            repeat = checked(repeat * length);
        return new FitsColumnDefinition(FitsText.Name(Name), FitsTypes.Of(Data.Schema.DType))
        {
            Repeat = repeat,
            Shape = cell.Length > 1 ? [.. cell.ToArray().Select(n => (long)n)] : null,
            Width = Data is TextColumnData text ? Math.Max(1, Texts(text).Max(t => (int?)t.Length) ?? 0) : 0,
            Unit = FitsUnitText.Of(Unit),
            Ucd = Data.Schema.Ucd is { Length: > 0 and <= 68 } ucd && FitsText.IsPlain(ucd) ? ucd : null,
            Description = Description,
        };
    }

    /// <summary>Writes the values to the table's column of this number.</summary>
    internal void WriteTo(FitsTableWriter table, int number)
    {
        switch (Data)
        {
            case ColumnData<bool> c: Write(c); break;
            case ColumnData<sbyte> c: Write(c); break;
            case ColumnData<byte> c: Write(c); break;
            case ColumnData<short> c: Write(c); break;
            case ColumnData<ushort> c: Write(c); break;
            case ColumnData<int> c: Write(c); break;
            case ColumnData<uint> c: Write(c); break;
            case ColumnData<long> c: Write(c); break;
            case ColumnData<ulong> c: Write(c); break;
            case ColumnData<float> c: Write(c); break;
            case ColumnData<double> c: Write(c); break;
            case TextColumnData text: table.WriteText(number, 0, Texts(text)); break;
        }

        void Write<T>(ColumnData<T> column) where T : unmanaged
        {
            int first = 0;
            foreach (Range part in Parts ?? [Range.All])
            {
                ReadOnlySpan<T> values = column.Row(Row)[part];
                table.Write(number, first, values);
                first += values.Length;
            }
        }
    }

    internal string[] Texts(TextColumnData text) => [.. Enumerable.Range(0, text.ElementsOf(Row)).Select(i => text.Text(Row, i))];
}
