using Pile.Reading;

namespace Pile.Examples.DemoPage;

/// <summary>Single values of rows, for tables.</summary>
internal static class RowValue
{
    internal static double Number(this RowReader rows, int row, string column) => rows.Column(column) switch
    {
        RowColumn<double> wide => wide.Read(row)!.Value.Values.Span[0],
        RowColumn<float> single => single.Read(row)!.Value.Values.Span[0],
        RowColumn<int> integer => integer.Read(row)!.Value.Values.Span[0],
        var other => throw new InvalidDataException($"column '{column}' is {other.Schema.DType}"),
    };
}
