using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;

namespace Pile.Review;

/// <summary>A column of pixels of several bands, and the columns that describe them.</summary>
internal sealed class BandColumn
{
    private const string BandAxis = "band", YAxis = "y", XAxis = "x";

    private readonly string? names, scales, offsets;
    private readonly ElementValidity validity;
    private readonly int bandAxis;
    private readonly ColumnSchema schema;

    private BandColumn(Modality modality, Manifest manifest, ColumnSchema schema)
    {
        this.schema = schema;
        string group = modality.GroupOf(schema.Name);
        bandAxis = modality.Find(schema.Name)!.Dims.IndexOf(BandAxis);
        names = manifest.Column($"{group}_band") is { } column && column.Name != schema.Name ? column.Name : null;
        scales = manifest.Column($"{group}_scale")?.Name;
        offsets = manifest.Column($"{group}_offset")?.Name;
        validity = new ElementValidity(schema.Name, manifest.Columns);
    }

    /// <summary>The column's name.</summary>
    internal string Name => schema.Name;

    /// <summary>All columns that are read.</summary>
    internal IEnumerable<string> Columns => ((string?[])[Name, names, scales, offsets, .. validity.Columns]).OfType<string>();

    /// <summary>Finds the columns of a dataset.</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="chosen">Names of columns; empty for the arrays of all groups.</param>
    /// <exception cref="ArgumentException">There is no such column, or it has no bands of pixels.</exception>
    internal static ImmutableArray<BandColumn> Of(Manifest manifest, ImmutableArray<string> chosen)
    {
        Modality modality = Modality.Get(manifest.Modality, manifest.Partition);
        ColumnSchema[] possible = [.. manifest.Columns.Where(c => c is { IsStandard: true, IsHeavy: true } && c.DType != DType.String
            && modality.Find(c.Name)?.Dims is [.., YAxis, XAxis] dims && dims.Contains(BandAxis))];
        string[] found = [.. possible.Select(c => c.Name)];
        if (chosen.FirstOrDefault(name => !found.Contains(name)) is { } missing)
            throw new ArgumentException($"'{missing}' is not a column with the axes band, y and x. Such columns of '{manifest.Name}' are: "
                + $"{(found.Length == 0 ? "none" : string.Join(", ", found))}.", nameof(chosen));
        ImmutableArray<BandColumn> columns = [.. possible
            .Where(c => chosen.IsEmpty ? c.Name == $"{modality.GroupOf(c.Name)}_array" : chosen.Contains(c.Name))
            .Select(c => new BandColumn(modality, manifest, c))];
        return columns.IsEmpty
            ? throw new ArgumentException($"'{manifest.Name}' has no columns with the axes band, y and x.", nameof(manifest)) : columns;
    }

    /// <summary>Measures the bands of a row.</summary>
    /// <param name="batch">Has <see cref="Columns"/>.</param>
    /// <param name="row">The row.</param>
    /// <param name="hasData">0 for each element without data; null if all have data.</param>
    /// <param name="add">Receives number, name, moments, and the number of omitted pixels of each band.</param>
    internal void Measure(RowBatch batch, int row, byte[]? hasData, Action<int, string, Moments, long> add)
    {
        ColumnData pixels = batch[Name];
        if (pixels.IsNullAt(row))
            return;
        ReadOnlySpan<int> shape = pixels.ShapeOf(row);
        ReadOnlySpan<byte> bytes = pixels.RowBytes(row);
        int bandCount = shape[bandAxis], layers = Product(shape[..bandAxis]), elementBytes = schema.DType.ElementBytes(),
            planeBytes = Product(shape[(bandAxis + 1)..]) * elementBytes;
        ReadOnlySpan<double> without = validity.NodataOf(batch, row);
        byte[]? valid = ElementValidity.Both(validity.ValidOf(batch, row), hasData);
        for (int band = 0; band < bandCount; band++)
        {
            Moments moments = new();
            long all = 0;
            NodataRange? nodata = band < without.Length ? NodataRange.Of(schema.DType, without[band]) : null;
            for (int layer = 0; layer < layers; layer++)
            {
                int number = (layer * bandCount) + band, pixelCount = planeBytes / elementBytes;
                ReadOnlySpan<byte> plane = bytes.Slice(number * planeBytes, planeBytes);
                all += pixelCount;
                if (valid is not null)
                    plane = ElementValidity.Kept(plane, elementBytes, valid.AsSpan(number * pixelCount, pixelCount));
                moments.Add(schema.DType, plane, [], nodata);
            }
            add(band, NameOf(batch, row, band), moments, all - moments.Count);
        }
    }

    /// <summary>Returns the scale and the offset with which the stored numbers of a band of a row are physical values.</summary>
    internal (double Scale, double Offset) PhysicalOf(RowBatch batch, int row, int band) =>
        (NumberOf(batch, scales, row, band, 1), NumberOf(batch, offsets, row, band, 0));

    private static double NumberOf(RowBatch batch, string? column, int row, int band, double otherwise) => column is not null
        && batch[column] is ColumnData<double> numbers && !numbers.IsNullAt(row) && band < numbers.Row(row).Length
        ? numbers.Row(row)[band] : otherwise;

    private string NameOf(RowBatch batch, int row, int band) => names is not null && !batch[names].IsNullAt(row)
        && batch[names] is TextColumnData text && band < text.ElementsOf(row) ? text.Text(row, band)
        : schema.Bands.Length > band ? schema.Bands[band].Name : band.ToString(CultureInfo.InvariantCulture);

    private static int Product(ReadOnlySpan<int> lengths)
    {
        int product = 1;
        foreach (int length in lengths)
            product = checked(product * length);
        return product;
    }
}
