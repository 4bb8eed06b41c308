using Pile.Fits;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>One row's values of a column as a column of a FITS table: the first axis runs along the table's rows, further axes lie in its cells.</summary>
/// <param name="Name">TTYPE.</param>
/// <param name="Data">The column.</param>
/// <param name="Row">The row of it.</param>
internal sealed record FitsTableColumn(string Name, ColumnData Data, int Row)
{
    /// <summary>The unit, where it is not the column's own.</summary>
    internal string? Unit { get; init; } = Data.Schema.Unit;

    /// <summary>The comment, where it is not the column's own.</summary>
    internal string? Description { get; init; } = Data.Schema.Description;

    /// <summary>Rows of the table: the length of the first axis, 1 for a scalar.</summary>
    internal int Length => Data.ShapeOf(Row) is [int length, ..] ? length : 1;

    internal FitsColumnDefinition Definition()
    {
        ReadOnlySpan<int> cell = Data.ShapeOf(Row) is [_, .. var rest] ? rest : [];
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

    /// <summary>Fills the table's column of that number.</summary>
    internal void WriteTo(FitsTableWriter table, int number)
    {
        switch (Data)
        {
            case ColumnData<bool> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<sbyte> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<byte> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<short> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<ushort> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<int> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<uint> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<long> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<ulong> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<float> c: table.Write(number, 0, c.Row(Row)); break;
            case ColumnData<double> c: table.Write(number, 0, c.Row(Row)); break;
            case TextColumnData text: table.WriteText(number, 0, Texts(text)); break;
        }
    }

    internal string[] Texts(TextColumnData text) => [.. Enumerable.Range(0, text.ElementsOf(Row)).Select(i => text.Text(Row, i))];
}
