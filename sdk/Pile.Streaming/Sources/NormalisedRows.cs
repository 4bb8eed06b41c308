using System.Collections.Immutable;
using System.Numerics;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Rows whose columns have mean 0 and standard deviation 1 in the rows that were measured.</summary>
/// <remarks>(x − mean) / std, of a constant column x − mean; float64 stays float64, other numbers become float32. Sentinels become NaN.
/// </remarks>
internal sealed class NormalisedRows : StreamSource
{
    private readonly StreamSource source;
    private readonly ImmutableArray<BandScale> scales;
    private readonly Dictionary<string, BandScale[]> byColumn;

    internal NormalisedRows(StreamSource source, ImmutableArray<BandScale> scales)
    {
        (this.source, this.scales) = (source, scales);
        byColumn = scales.GroupBy(s => s.Column, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        foreach ((string name, BandScale[] bands) in byColumn)
            if (BandScale.Require(source, name) is var column && Math.Max(BandScale.BandCountOf(column), 1) != bands.Length)
                throw new ArgumentException($"Column '{name}' has {column.Bands.Length} bands, but {bands.Length} were measured.",
                    nameof(scales));
        Columns = [.. source.Columns.Select(c => byColumn.ContainsKey(c.Name) ? Normalised(c) : c)];
        Identity = $"{source.Identity} normalised "
            + HashedJson.Hash(scales.Select(PinDocument.Canonical).ToArray())[..16];
    }

    public override long RowCount => source.RowCount;

    public override ImmutableArray<ColumnSchema> Columns { get; }

    public override long RowBytes => source.RowBytes + Columns.Where(c => byColumn.ContainsKey(c.Name) && !c.IsRagged)
        .Sum(c => (long)c.ElementsPerRow * c.DType.ElementBytes());

    internal override string Identity { get; }

    internal override PinnedRows? Pinned { get; init; }

    internal override bool IsNear => source.IsNear;

    internal override bool DependsOnEpoch => source.DependsOnEpoch;

    internal override StreamSource Preload() => DependsOnEpoch ? new NormalisedRows(source.Preload(), scales) : base.Preload();

    internal override Task<ColumnData> ColumnAsync(string name, CancellationToken cancellationToken) => byColumn.ContainsKey(name)
        ? base.ColumnAsync(name, cancellationToken) : source.ColumnAsync(name, cancellationToken);

    internal override Task<ReadAhead?> BeginReadAheadAsync(bool isShuffled, int epoch, long row, int? epochs,
        CancellationToken cancellationToken) =>
        source.BeginReadAheadAsync(isShuffled, epoch, row, epochs, cancellationToken);

    internal override async Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        RowBatch read = await source.ReadAsync(rows, epoch, memory, cancellationToken).ConfigureAwait(false);
        return new RowBatch(read.Columns.Select(c => byColumn.TryGetValue(c.Schema.Name, out BandScale[]? bands)
            ? Scaled(c, bands, memory) : c));
    }

    private static ColumnSchema Normalised(ColumnSchema column) => column with
    {
        DType = column.DType == DType.Float64 ? DType.Float64 : DType.Float32,
        Unit = "",
        Sentinels = [],
    };

    private static ColumnData Scaled(ColumnData column, BandScale[] bands, BatchMemory memory) => column switch
    {
        ColumnData<double> c => Scaled<double, double>(c, bands, memory),
        ColumnData<float> c => Scaled<float, float>(c, bands, memory),
        ColumnData<sbyte> c => Scaled<sbyte, float>(c, bands, memory),
        ColumnData<byte> c => Scaled<byte, float>(c, bands, memory),
        ColumnData<short> c => Scaled<short, float>(c, bands, memory),
        ColumnData<ushort> c => Scaled<ushort, float>(c, bands, memory),
        ColumnData<int> c => Scaled<int, float>(c, bands, memory),
        ColumnData<uint> c => Scaled<uint, float>(c, bands, memory),
        ColumnData<long> c => Scaled<long, float>(c, bands, memory),
        ColumnData<ulong> c => Scaled<ulong, float>(c, bands, memory),
        _ => throw new ArgumentException($"Column '{column.Schema.Name}' cannot be normalised.", nameof(column)),
    };

    private static ColumnData<TTo> Scaled<TFrom, TTo>(ColumnData<TFrom> column, BandScale[] bands, BatchMemory memory)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, IFloatingPoint<TTo>
    {
        ColumnSchema schema = Normalised(column.Schema);
        ImmutableArray<double> sentinels = column.Schema.Sentinels;
        Memory<TTo> scaled = memory.Rent<TTo>(column.Values.Length).AsMemory(0, column.Values.Length);
        int[] shapes = new int[schema.IsRagged ? column.RowCount * schema.Shape.Length : 0];
        int next = 0;
        for (int row = 0; row < column.RowCount; row++)
        {
            if (schema.IsRagged)
                column.ShapeOf(row).CopyTo(shapes.AsSpan(row * schema.Shape.Length));
            ReadOnlySpan<TFrom> values = column.Row(row);
            int plane = values.Length / bands.Length;
            bool isNull = column.IsNullAt(row); // stays zero
            for (int band = 0; band < bands.Length; band++)
            {
                double mean = bands[band].Mean, std = bands[band].Std > 0 ? bands[band].Std : 1;
                Span<TTo> to = scaled.Span.Slice(next, plane);
                ReadOnlySpan<TFrom> from = values.Slice(band * plane, plane);
                for (int i = 0; i < plane; i++)
                {
                    double value = double.CreateChecked(from[i]);
                    to[i] = isNull ? TTo.Zero
                        : TTo.CreateChecked(!sentinels.IsEmpty && sentinels.Contains(value) ? double.NaN : (value - mean) / std);
                }
                next += plane;
            }
        }
        return schema.IsRagged ? new ColumnData<TTo>(schema, scaled, shapes, column.IsNull)
            : new ColumnData<TTo>(schema, scaled, column.RowCount, column.IsNull);
    }
}
