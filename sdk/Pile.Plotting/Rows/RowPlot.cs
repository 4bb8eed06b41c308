using Pile.Drawing;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Draws one column of rows, with the columns that belong to it; each kind of data has an implementation.</summary>
/// <param name="manifest">The dataset's manifest.</param>
/// <param name="schema">The column, as in the view.</param>
internal abstract class RowPlot(Manifest manifest, ColumnSchema schema)
{
    private const int LongestId = 120;

    // The main columns of the modalities, in the order in which one of them is chosen.
    private static readonly string[] MainColumns =
        ["image_array", "spectrum_flux", "lightcurve_flux", "lightcurve_mag", "cube_flux", "chip_array", "image_rgb"];

    /// <summary>The column that is drawn.</summary>
    internal ColumnSchema Schema { get; } = schema;

    /// <summary>True for plots along an axis.</summary>
    internal virtual bool IsWide => true;

    /// <summary>True if the picture marks positions of a catalogue on the sky.</summary>
    internal virtual bool MarksPositions => false;

    private protected Manifest Manifest { get; } = manifest;

    /// <summary>Further columns that the picture needs.</summary>
    private protected abstract IEnumerable<string> Companions { get; }

    /// <summary>Chooses how a column is drawn.</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="column">The column; null for the main one of the dataset's modality.</param>
    /// <param name="settings">How rows are drawn.</param>
    /// <exception cref="ArgumentException">There is no such column, or its rows cannot be drawn.</exception>
    internal static RowPlot Of(Manifest manifest, string? column, PlotSettings settings)
    {
        ViewColumns view = new(manifest, settings.Native);
        if (column is null)
            return MainOf(manifest, view, settings)
                ?? throw new ArgumentException($"Dataset '{manifest.Name}' has no column with a picture for each row: its columns have "
                    + "one value per row. Plot them against each other.", nameof(column));
        ColumnSchema found = view.Find(column);
        return Of(manifest, view, found, settings)
            ?? throw new ArgumentException($"Column '{found.Name}' ({found.DType.Name()}, shape [{string.Join(", ", found.Shape)}]) "
                + (found.IsScalar ? "has one value per row, which is no picture: plot it against another column, or its distribution."
                    : "has no picture: expected a spectrum, a light curve, an image, a cube, a chip, or a list of numbers."),
                nameof(column));
    }

    /// <summary>Returns whether rows have a picture without a choice of a column.</summary>
    internal static bool HasPicture(Manifest manifest) => MainOf(manifest, new ViewColumns(manifest, native: false), new()) is not null;

    private static RowPlot? MainOf(Manifest manifest, ViewColumns view, PlotSettings settings) =>
        (MainColumns.Select(view.FindExact).FirstOrDefault(c => c is not null) is { } main ? Of(manifest, view, main, settings)
            : view.Names.Select(name => Of(manifest, view, view.FindExact(name)!, settings))
                .Where(plot => plot is { Schema.IsHeavy: true })
                .OrderBy(plot => plot is PictureFileRowPlot).FirstOrDefault()) // thumbnails only if there are no data
            is var plot && plot is ChipRowPlot ? ChipRowPlot.OfAnyProduct(manifest, view, plot.Schema, settings) : plot;

    /// <summary>Returns the columns that rows must be read with.</summary>
    internal string[] Columns(ViewColumns view) => [.. new[] { ViewColumns.IdColumn, Schema.Name }
        .Concat(Companions).Concat(((string[])["ra", "dec", "lon", "lat"]).Where(name => view.FindExact(name) is not null))
        .Distinct(StringComparer.Ordinal)];

    /// <summary>Draws a row.</summary>
    /// <param name="batch">Rows with <see cref="Columns"/>.</param>
    /// <param name="row">The row within the batch.</param>
    /// <exception cref="ValueInvalidException">The row has no value to draw.</exception>
    internal RowFigure Draw(RowBatch batch, int row)
    {
        string id = RowNumbers.Id(batch, row);
        if (!HasValue(batch, row))
            throw Nothing(id, row, "null");
        return new(id, DrawRow(batch, row, $"{Manifest.Name}: {Short(id)}"), Facts(batch, row), IsWide);
    }

    /// <summary>Reads what the picture shows of other rows, and draws a row. One row at a time.</summary>
    /// <inheritdoc cref="Draw"/>
    /// <exception cref="PileException">Other rows cannot be read.</exception>
    internal async Task<RowFigure> DrawAsync(RowBatch batch, int row, CancellationToken cancellationToken)
    {
        if (HasValue(batch, row))
            await ReadSurroundingsAsync(batch, row, cancellationToken).ConfigureAwait(false);
        return Draw(batch, row);
    }

    private protected virtual Task ReadSurroundingsAsync(RowBatch batch, int row, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>Returns whether a row has something to draw.</summary>
    private protected virtual bool HasValue(RowBatch batch, int row) => !batch[Schema.Name].IsNullAt(row);

    private protected abstract SvgFigure DrawRow(RowBatch batch, int row, string title);

    private protected virtual IEnumerable<KeyValuePair<string, string>> MoreFacts(RowBatch batch, int row) => [];

    /// <summary>Creates the error for a row without a value to draw.</summary>
    private protected ValueInvalidException Nothing(string id, int row, string value) => new(Manifest.Name, row, Schema.Name,
        $"{value} (object_id {Short(id)})", "a value that can be drawn", "Choose another row or column");

    // Ids may be texts of any length.
    private static string Short(string id) => id.Length > LongestId ? id[..LongestId] + "…" : id;

    private KeyValuePair<string, string>[] Facts(RowBatch batch, int row)
    {
        List<KeyValuePair<string, string>> facts = [new("object_id", Short(RowNumbers.Id(batch, row)))];
        if (RowNumbers.Scalar(batch, "ra", row) is { } ra && RowNumbers.Scalar(batch, "dec", row) is { } dec)
            facts.Add(new("position", FormattableString.Invariant($"{ra:0.00000}° {dec:+0.00000;−0.00000;+0.00000}° ICRS")));
        else if (RowNumbers.Scalar(batch, "lon", row) is { } lon && RowNumbers.Scalar(batch, "lat", row) is { } lat)
            facts.Add(new("position", FormattableString.Invariant($"{lon:0.0000;−0.0000}° E {lat:0.0000;−0.0000}° N")));
        return [.. facts, .. MoreFacts(batch, row)];
    }

    private static RowPlot? Of(Manifest manifest, ViewColumns view, ColumnSchema column, PlotSettings settings) =>
        PictureFileRowPlot.Suits(manifest, column) ? new PictureFileRowPlot(manifest, column)
        : column.DType == DType.String || column.Encoding is not null || column.IsScalar ? null
        : SpectrumGroup.Of(view, column) is { } spectrum ? new SpectrumRowPlot(manifest, view, column, spectrum, settings)
        : LightCurveGroup.Of(view, column) is { } lightCurve ? new LightCurveRowPlot(manifest, view, column, lightCurve, settings)
        : CubeRowPlot.Suits(view, column) ? new CubeRowPlot(manifest, view, column, settings)
        : ChipRowPlot.Suits(view, column) ? new ChipRowPlot(manifest, view, column, settings)
        : ImageGroup.IsImage(column) && (column.Shape.Length == 2 || ImageGroup.Of(view, column) is not null)
            ? new ImageRowPlot(manifest, view, column, settings)
        : column.Shape.Length == 1 ? new ListRowPlot(manifest, column) : null;
}
