using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
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
    /// <exception cref="ArgumentException">There is no such column, it has no numbers, or no finite ones; or rows differ in scale or
    /// offset.</exception>
    internal static async Task<ImmutableArray<BandScale>> MeasureAsync(StreamSource source, ImmutableArray<string> columns,
        CancellationToken cancellationToken)
    {
        Measure[] measures = [.. columns.Select(name => new Measure(Require(source, name), source.AllColumns))];
        source = source.WithColumns([.. columns, .. measures.SelectMany(m => m.ColumnsBeside)]);
        for (long first = 0; first < source.RowCount; first += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long[] rows = new long[Math.Min(RowsAtOnce, source.RowCount - first)];
            for (int i = 0; i < rows.Length; i++)
                rows[i] = first + i;
            RowBatch batch = await source.ReadAsync(rows, 0, BatchMemory.Own, cancellationToken).ConfigureAwait(false);
            foreach (Measure measure in measures)
                measure.Add(batch, await source.ReadHasDataAsync(rows, measure.Column, cancellationToken).ConfigureAwait(false));
        }
        return [.. measures.SelectMany(m => m.Scales())];
    }

    /// <summary>Finds a column of numbers.</summary>
    internal static ColumnSchema Require(StreamSource source, string name) =>
        source.Columns.FirstOrDefault(c => c.Name == name) is not { } column
            ? throw new ArgumentException($"There is no column '{name}' to normalise; the columns are "
                + $"{string.Join(", ", source.Columns.Select(c => c.Name))}.", nameof(name))
        : column.DType is DType.String or DType.Bool || !column.Categories.IsEmpty || column.IsBytes
            ? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Column '{name}' has no numbers to normalise: it is {column.DType.Name()}."), nameof(name))
        : column;

    /// <summary>Adds up the values of one column.</summary>
    private sealed class Measure
    {
        private readonly ColumnSchema column;
        private readonly BandPlanes planes;
        private readonly ElementValidity validity;
        private readonly BandPhysics physics;
        private readonly List<byte[]> names = [];
        private readonly List<Moments> moments = [];

        internal Measure(ColumnSchema column, ImmutableArray<ColumnSchema> columns)
        {
            this.column = column;
            planes = new BandPlanes(column, columns);
            validity = new ElementValidity(column.Name, columns);
            physics = new BandPhysics(column.Name, columns);
            GrowTo(planes.Names is null ? Math.Max(planes.Declared.Length, 1) : 0);
        }

        internal string Column => column.Name;

        internal IEnumerable<string> ColumnsBeside =>
            [.. validity.Columns, .. physics.Columns, .. planes.Names is { } ofRows ? (ReadOnlySpan<string>)[ofRows] : []];

        internal void Add(RowBatch batch, byte[]?[] hasData)
        {
            ColumnData values = batch[column.Name];
            int elementBytes = column.DType.ElementBytes();
            for (int row = 0; row < values.RowCount; row++)
            {
                if (values.IsNullAt(row))
                    continue;
                ReadOnlySpan<byte> bytes = values.RowBytes(row);
                ReadOnlySpan<double> nodata = validity.NodataOf(batch, row);
                byte[]? valid = ElementValidity.Both(validity.ValidOf(batch, row), hasData[row]);
                int[] bands = planes.BandsOf(batch, row, names, adds: true);
                physics.Require(batch, row, bands, NameOf);
                GrowTo(names.Count);
                int elements = planes.ElementsOf(values.ShapeOf(row), !nodata.IsEmpty);
                int count = elements == 0 ? 0 : bytes.Length / elementBytes / elements;
                for (int i = 0; i < count; i++)
                {
                    ReadOnlySpan<byte> plane = bytes.Slice(i * elements * elementBytes, elements * elementBytes);
                    if (valid is not null)
                        plane = ElementValidity.Kept(plane, elementBytes, valid.AsSpan(i * elements, elements));
                    CollectionsMarshal.AsSpan(moments)[bands[i % bands.Length]].Add(column.DType, plane, column.Sentinels.AsSpan(),
                        nodata.IsEmpty ? null : NodataRange.Of(column.DType, nodata[i % nodata.Length]));
                }
            }
        }

        /// <summary>Returns the scale of each band: those with names of rows in the order of the names.</summary>
        internal IEnumerable<BandScale> Scales() => moments.Count == 0 ? throw None(null) : moments
            .Select((m, i) => Of(NameOf(i), m))
            .OrderBy(s => planes.Names is null ? null : s.Band, StringComparer.Ordinal);

        private string? NameOf(int band) => planes.Names is not null ? BandPlanes.TextOf(names[band])
            : planes.Declared.IsEmpty ? null : planes.Declared[band];

        private BandScale Of(string? band, Moments m) => m.Count == 0 ? throw None(band)
            : double.IsFinite(m.Variance) ? new BandScale(column.Name, band, m.Mean, Math.Sqrt(m.Variance))
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Column '{column.Name}' cannot be normalised: its "
                + $"values, {m.Min:R} to {m.Max:R}, are too large for a standard deviation. Leave such rows out with a condition."));

        private ArgumentException None(string? band) => new($"Column '{column.Name}' has no finite value "
            + $"{(band is null ? "" : $"of band '{band}' ")}in the rows that are measured.");

        private void GrowTo(int count)
        {
            while (moments.Count < count)
                moments.Add(new Moments());
        }
    }
}
