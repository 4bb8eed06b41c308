using Pile.Reading;

namespace Pile.Examples.DemoPage;

/// <summary>Single values of rows, for captions.</summary>
internal static class RowValue
{
    internal static double Number(this RowReader rows, int row, string column) => rows.Column(column) switch
    {
        RowColumn<double> wide => wide.Read(row)!.Value.Values.Span[0],
        RowColumn<float> single => single.Read(row)!.Value.Values.Span[0],
        RowColumn<int> integer => integer.Read(row)!.Value.Values.Span[0],
        var other => throw new InvalidDataException($"column '{column}' is {other.Schema.DType}"),
    };

    internal static string Word(this RowReader rows, int row, string column) => (rows.TextColumn(column).Text(row) ?? "").Trim();

    internal static KeyValuePair<string, string> Position(this RowReader rows, int row) =>
        new("ICRS", $"{rows.Number(row, "ra"):0.00000}° {rows.Number(row, "dec"):+0.00000;−0.00000}°");
}
