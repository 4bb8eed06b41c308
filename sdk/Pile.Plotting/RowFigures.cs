using Pile.Format;
using Pile.Reading;

namespace Pile.Plotting;

/// <summary>Draws rows of a dataset.</summary>
internal static class RowFigures
{
    /// <summary>Returns the query with the columns that pictures of a column need.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it has no picture.</exception>
    internal static (RowPlot Plot, string[] Columns) Plan(Dataset dataset, string? column, PlotSettings settings)
    {
        Manifest manifest = column is null ? dataset.Manifest : dataset.LayeredManifest; // the main column is the dataset's own
        RowPlot plot = RowPlot.Of(manifest, column, settings);
        return (plot, plot.Columns(new ViewColumns(manifest, settings.Native)));
    }

    /// <summary>Draws rows, in their order.</summary>
    /// <param name="rows">The rows, with the columns of <see cref="Plan"/>.</param>
    /// <param name="plot">How they are drawn.</param>
    /// <param name="onEmpty">Receives the error of each row without a value to draw.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ValueInvalidException">No row has a value to draw.</exception>
    internal static async Task<List<RowFigure>> DrawAsync(RowReader rows, RowPlot plot, Action<string> onEmpty,
        CancellationToken cancellationToken)
    {
        List<RowFigure> figures = [];
        ValueInvalidException? first = null;
        await foreach (RowBatch batch in rows.ReadAllWithValidAsync(batchRows: 8, cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++)
                try
                {
                    figures.Add(await plot.DrawAsync(batch, row, cancellationToken).ConfigureAwait(false));
                }
                catch (ValueInvalidException e)
                {
                    if (rows.Count > 1)
                        onEmpty($"{e.Finding}; the row is left out");
                    first ??= e;
                }
        return figures.Count == 0 && first is not null ? throw first : figures;
    }

    /// <summary>Draws the light curves of the rows of one object in one plot.</summary>
    internal static async Task<RowFigure> DrawTogetherAsync(RowReader rows, LightCurveRowPlot plot, string name,
        CancellationToken cancellationToken)
    {
        List<(RowBatch, int)> all = [];
        await foreach (RowBatch batch in rows.ReadAllAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            all.AddRange(Enumerable.Range(0, batch.RowCount).Select(row => (batch, row)));
        return plot.DrawTogether(all, name);
    }
}
