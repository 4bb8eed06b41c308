using Pile.Drawing;
using Pile.Format;
using Pile.Reading;

namespace Pile.Plotting;

/// <summary>Draws light columns of many rows: one against another, or the distribution of one.</summary>
internal static class ColumnFigures
{
    /// <summary>Draws a scatter plot, a density or a histogram.</summary>
    /// <param name="query">The rows.</param>
    /// <param name="x">The column of the horizontal axis.</param>
    /// <param name="y">The column of the vertical axis; null for the distribution of <paramref name="x"/>.</param>
    /// <param name="reverses">The axes to reverse besides those of magnitudes.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The figure and the number of rows.</returns>
    /// <exception cref="ArgumentException">A column is unknown or not numeric, or no row has a value.</exception>
    internal static async Task<(SvgFigure Figure, int Rows)> DrawAsync(Query query, string x, string? y, (bool X, bool Y) reverses,
        CancellationToken cancellationToken)
    {
        (ColumnSchema Schema, double[] Values)[] columns = await ColumnValues.ReadAsync(query, y is null ? [x] : [x, y], cancellationToken)
            .ConfigureAwait(false);
        int rows = columns[0].Values.Length;
        if (rows == 0)
            throw new ArgumentException("No row matches the selection, so there is nothing to draw.", nameof(query));
        ColumnSchema across = columns[0].Schema;
        ColumnPlotOptions options = new()
        {
            Title = y is null ? $"{query.Dataset.Manifest.Name}: {across.Name}"
                : $"{query.Dataset.Manifest.Name}: {columns[1].Schema.Name} against {across.Name}",
            XName = across.Name,
            XUnit = UnitText.Of(across.Unit),
            IsXReversed = reverses.X,
        };
        if (y is null)
            return (HistogramPlot.Draw(columns[0].Values, options, !across.DType.IsFloat()), rows);
        ColumnSchema up = columns[1].Schema;
        return (ScatterPlot.Draw([.. columns[0].Values], [.. columns[1].Values], options with
        {
            YName = up.Name,
            YUnit = UnitText.Of(up.Unit),
            IsYReversed = reverses.Y || IsMagnitude(up),
        }), rows);
    }

    // Colours are differences of magnitudes, phot.color, and increase to the right and upwards.
    private static bool IsMagnitude(ColumnSchema column) => column.Ucd is { Length: > 0 } ucd
        ? ucd.Split(';')[0].Trim().StartsWith("phot.mag", StringComparison.OrdinalIgnoreCase)
        : column.Unit == "mag" && column.Name.Contains("mag", StringComparison.OrdinalIgnoreCase);
}
