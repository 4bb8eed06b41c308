using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>The mean and the standard deviation of a column, or of one band of it.</summary>
/// <param name="Column">The column.</param>
/// <param name="Band">The name of the band; null for the whole column.</param>
/// <param name="Mean">The mean of the finite values, in the column's unit.</param>
/// <param name="Std">Their standard deviation, √(Σ(x−μ)²/n).</param>
internal sealed record BandScale(string Column, string? Band, double Mean, double Std)
{
    private const int RowsAtOnce = 256;

    /// <summary>Measures columns of all rows.</summary>
    /// <exception cref="ArgumentException">There is no such column, it has no numbers, or no finite ones.</exception>
    internal static async Task<ImmutableArray<BandScale>> MeasureAsync(StreamSource source, ImmutableArray<string> columns,
        CancellationToken cancellationToken)
    {
        ColumnSchema[] schemas = [.. columns.Select(name => Require(source, name))];
        ElementValidity[] validity = [.. columns.Select(name => new ElementValidity(name, source.AllColumns))];
        source = source.WithColumns([.. columns, .. validity.SelectMany(v => v.Columns)]);
        Moments[][] moments =
            [.. schemas.Select(c => Enumerable.Range(0, Math.Max(BandCountOf(c), 1)).Select(_ => new Moments()).ToArray())];
        for (long first = 0; first < source.RowCount; first += RowsAtOnce)
        {
            long[] rows = new long[Math.Min(RowsAtOnce, source.RowCount - first)];
            for (int i = 0; i < rows.Length; i++)
                rows[i] = first + i;
            RowBatch batch = await source.ReadAsync(rows, 0, BatchMemory.Own, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < schemas.Length; i++)
                Add(moments[i], batch, schemas[i], validity[i]);
        }
        return [.. schemas.SelectMany((c, i) => moments[i].Select((m, band) => m.Count > 0 && !double.IsFinite(m.Variance)
            ? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Column '{c.Name}' cannot be normalised: its "
                + $"values, {m.Min:R} to {m.Max:R}, are too large for a standard deviation. Leave such rows out with a condition."),
                nameof(columns))
            : m.Count > 0 ? new BandScale(c.Name, BandCountOf(c) > 0 ? c.Bands[band].Name : null, m.Mean, Math.Sqrt(m.Variance))
            : throw new ArgumentException($"Column '{c.Name}' has no finite value in the rows that are measured.", nameof(columns))))];
    }

    /// <summary>The number of bands that are measured separately: those on the first axis; 0 for none.</summary>
    internal static int BandCountOf(ColumnSchema column) =>
        column.Shape is [var length, ..] && length == column.Bands.Length ? length : 0;

    /// <summary>Finds a column of numbers.</summary>
    internal static ColumnSchema Require(StreamSource source, string name) =>
        source.Columns.FirstOrDefault(c => c.Name == name) is not { } column
            ? throw new ArgumentException($"There is no column '{name}' to normalise; the columns are "
                + $"{string.Join(", ", source.Columns.Select(c => c.Name))}.", nameof(name))
        : column.DType is DType.String or DType.Bool || !column.Categories.IsEmpty || column.IsBytes
            ? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Column '{name}' has no numbers to normalise: it is {column.DType.Name()}."), nameof(name))
        : column;

    private static void Add(Moments[] moments, RowBatch batch, ColumnSchema column, ElementValidity validity)
    {
        ColumnData values = batch[column.Name];
        int elementBytes = column.DType.ElementBytes();
        for (int row = 0; row < values.RowCount; row++)
        {
            if (values.IsNullAt(row))
                continue;
            ReadOnlySpan<byte> bytes = values.RowBytes(row);
            ReadOnlySpan<double> nodata = validity.NodataOf(batch, row);
            byte[]? valid = validity.ValidOf(batch, row);
            // Without bands on the first axis, planes of pixels of all bands follow each other, each with its own nodata.
            ReadOnlySpan<int> shape = values.ShapeOf(row);
            int elements = nodata.IsEmpty || shape.Length < 3 ? bytes.Length / moments.Length / elementBytes : shape[^2] * shape[^1],
                count = elements == 0 ? 0 : bytes.Length / elementBytes / elements;
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> plane = bytes.Slice(i * elements * elementBytes, elements * elementBytes);
                if (valid is not null)
                    plane = ElementValidity.Kept(plane, elementBytes, valid.AsSpan(i * elements, elements));
                ReadOnlySpan<double> without = nodata.IsEmpty || !double.IsFinite(nodata[i % nodata.Length]) ? []
                    : nodata.Slice(i % nodata.Length, 1);
                moments[i * moments.Length / count].Add(column.DType, plane,
                    without.IsEmpty ? column.Sentinels.AsSpan() : [.. column.Sentinels, .. without]);
            }
        }
    }
}
