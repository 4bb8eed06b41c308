using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>The files of every row and the columns they need, derived from the manifest before anything is read.</summary>
internal sealed class RowFilePlan
{
    private RowFilePlan(ImmutableArray<RowFile> files, ImmutableArray<string> columns) => (Files, Columns) = (files, columns);

    /// <summary>The files of a row, in the order of the requested columns.</summary>
    internal ImmutableArray<RowFile> Files { get; }

    /// <summary>The columns that the rows must have.</summary>
    internal ImmutableArray<string> Columns { get; }

    /// <exception cref="ArgumentException">A column is unknown, duplicate, or of
    /// a type that the format does not support; a band is unknown.</exception>
    internal static RowFilePlan Of(Manifest manifest, IReadOnlyList<string> columns, RowFileOptions options)
    {
        if (columns.Count == 0)
            throw new ArgumentException("At least one column must be specified.", nameof(columns));
        if (options.Rgb is not null && options.Format != RowFileFormat.Png)
            throw new ArgumentException("RowFileOptions.Rgb requires the format png; the format is "
                + $"{options.Format.ToString().ToLowerInvariant()}.",
                nameof(options));
        ViewColumns view = new(manifest, options.Native);
        ImmutableArray<RowFile> files = [.. columns.Select(name => FileOf(manifest, view, view.Find(name), options))];
        if (files.GroupBy(f => f.Schema.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } duplicate)
            throw new ArgumentException($"Column '{duplicate.Key}' is specified twice.", nameof(columns));
        return new RowFilePlan(files, [.. files.SelectMany(f => f.Companions.Prepend(f.Schema.Name)).Prepend(RowFiles.IdColumn)
            .Distinct(StringComparer.Ordinal)]);
    }

    private static RowFile FileOf(Manifest manifest, ViewColumns view, ColumnSchema column, RowFileOptions options) => options.Format switch
    {
        RowFileFormat.Npy => new NpyFile(column),
        RowFileFormat.Json => new JsonFile(column),
        RowFileFormat.Tif => TifFile.Of(manifest, column),
        RowFileFormat.Png => (RowFile?)PlotOf(manifest, view, column, options) ?? PngFile.Of(manifest, view, column, options),
        RowFileFormat.Fits when SpectrumGroup.Of(view, column) is { } spectrum => new FitsSpectrumFile(manifest, view, column, spectrum),
        RowFileFormat.Fits when LightCurveGroup.Of(view, column) is { } lightCurve =>
            new FitsLightCurveFile(manifest, view, column, lightCurve),
        RowFileFormat.Fits when ImageGroup.IsImage(column) => new FitsImageFile(manifest, view, column),
        RowFileFormat.Fits => new FitsTableFile(manifest, view, column),
        _ => throw new ArgumentException($"Format {options.Format} is not supported.", nameof(options)),
    };

    /// <summary>Returns the plot of a column that is not an image; null for images and for columns without a plot.</summary>
    private static PlotPngFile? PlotOf(Manifest manifest, ViewColumns view, ColumnSchema column, RowFileOptions options)
    {
        PlotSettings settings = new() { Native = options.Native, Rgb = options.Rgb };
        bool isChip = ChipRowPlot.Suits(view, column); // other plots have no colours
        return !column.IsScalar && column.DType != DType.String && column.Encoding is null && (options.Rgb is null || isChip)
            && (isChip || column.Shape.Length == 1 || CubeRowPlot.Suits(view, column) || SpectrumGroup.Of(view, column) is not null
                || LightCurveGroup.Of(view, column) is not null)
            && RowPlot.Of(manifest, column.Name, settings) is { } plot ? new(plot, plot.Columns(view)) : null;
    }
}
