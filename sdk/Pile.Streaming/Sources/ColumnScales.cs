using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Normalises one column.</summary>
internal sealed class ColumnScales
{
    private readonly ColumnSchema column;
    private readonly ImmutableArray<BandScale> scales;
    private readonly BandPlanes planes;
    private readonly ElementValidity validity;
    private readonly bool isByName;
    private readonly List<byte[]> names;

    /// <param name="column">The column.</param>
    /// <param name="columns">The columns that its rows may have.</param>
    /// <param name="scales">A scale of each band, or one without a band for all values.</param>
    /// <exception cref="ArgumentException">There are scales of other bands than the column has.</exception>
    internal ColumnScales(ColumnSchema column, ImmutableArray<ColumnSchema> columns, ImmutableArray<BandScale> scales)
    {
        (this.column, this.scales, planes) = (column, scales, new BandPlanes(column, columns));
        validity = new ElementValidity(column.Name, columns);
        bool isOne = scales is [{ Band: null }];
        isByName = !isOne && planes.Names is not null;
        names = [.. isByName ? scales.Select(s => Encoding.UTF8.GetBytes(s.Band ?? "")) : []];
        if (!isByName && Math.Max(planes.Declared.Length, 1) != scales.Length)
            throw new ArgumentException($"Column '{column.Name}' has {column.Bands.Length} bands, but {scales.Length} were measured.",
                nameof(scales));
    }

    /// <summary>The columns that must be read: the names of each row's bands, and what says which elements have data.</summary>
    internal IEnumerable<string> ColumnsBeside => isByName ? [planes.Names!, .. validity.ColumnsOfData] : validity.ColumnsOfData;

    /// <summary>Returns the column that results.</summary>
    internal static ColumnSchema Normalised(ColumnSchema column) => column with
    {
        DType = column.DType == DType.Float64 ? DType.Float64 : DType.Float32,
        Unit = "",
        Sentinels = [],
    };

    /// <summary>Normalises the column of a batch.</summary>
    /// <param name="batch">The rows, with <see cref="ColumnsBeside"/>.</param>
    /// <param name="hasData">What <see cref="StreamSource.ReadHasDataAsync"/> returned for them.</param>
    /// <param name="memory">Allocates the values.</param>
    /// <exception cref="SchemaMismatchException">A row has a band that was not measured.</exception>
    internal ColumnData Apply(RowBatch batch, byte[]?[] hasData, BatchMemory memory) => batch[column.Name] switch
    {
        ColumnData<double> c => Scaled<double, double>(batch, c, hasData, memory),
        ColumnData<float> c => Scaled<float, float>(batch, c, hasData, memory),
        ColumnData<sbyte> c => Scaled<sbyte, float>(batch, c, hasData, memory),
        ColumnData<byte> c => Scaled<byte, float>(batch, c, hasData, memory),
        ColumnData<short> c => Scaled<short, float>(batch, c, hasData, memory),
        ColumnData<ushort> c => Scaled<ushort, float>(batch, c, hasData, memory),
        ColumnData<int> c => Scaled<int, float>(batch, c, hasData, memory),
        ColumnData<uint> c => Scaled<uint, float>(batch, c, hasData, memory),
        ColumnData<long> c => Scaled<long, float>(batch, c, hasData, memory),
        ColumnData<ulong> c => Scaled<ulong, float>(batch, c, hasData, memory),
        _ => throw new ArgumentException($"Column '{column.Name}' cannot be normalised.", nameof(batch)),
    };

    private ColumnData<TTo> Scaled<TFrom, TTo>(RowBatch batch, ColumnData<TFrom> values, byte[]?[] hasData, BatchMemory memory)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, IFloatingPoint<TTo>
    {
        ColumnSchema schema = Normalised(values.Schema);
        Memory<TTo> scaled = memory.Rent<TTo>(values.Values.Length).AsMemory(0, values.Values.Length);
        int[] shapes = new int[schema.IsRagged ? values.RowCount * schema.Shape.Length : 0], all = [0];
        int next = 0;
        for (int row = 0; row < values.RowCount; row++)
        {
            ReadOnlySpan<int> shape = values.ShapeOf(row);
            if (schema.IsRagged)
                shape.CopyTo(shapes.AsSpan(row * schema.Shape.Length));
            ReadOnlySpan<TFrom> from = values.Row(row);
            Span<TTo> to = scaled.Span.Slice(next, from.Length);
            next += from.Length;
            if (values.IsNullAt(row))
            {
                to.Clear();
                continue;
            }
            bool isOne = scales.Length == 1 && !isByName;
            int[] bands = isOne ? all : BandsOf(batch, row);
            ReadOnlySpan<double> nodata = validity.NodataOf(batch, row);
            int plane = isOne && nodata.IsEmpty ? from.Length : planes.ElementsOf(shape, !nodata.IsEmpty);
            for (int i = 0; i * plane < from.Length; i++)
                Scale(from.Slice(i * plane, plane), to.Slice(i * plane, plane), scales[bands[i % bands.Length]], values.Schema,
                    nodata.IsEmpty ? NodataRange.None : NodataRange.Of(values.Schema.DType, nodata[i % nodata.Length]));
            Replace(to, ElementValidity.Both(validity.HasDataOf(batch, row), hasData[row]), TTo.CreateChecked(double.NaN));
            Replace(to, validity.SampledOf(batch, row), TTo.Zero);
        }
        return schema.IsRagged ? new ColumnData<TTo>(schema, scaled, shapes, values.IsNull)
            : new ColumnData<TTo>(schema, scaled, values.RowCount, values.IsNull);
    }

    private static void Scale<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to, BandScale scale, ColumnSchema schema,
        NodataRange nodata)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, IFloatingPoint<TTo>
    {
        double mean = scale.Mean, std = scale.Std > 0 ? scale.Std : 1;
        bool hasSentinels = !schema.Sentinels.IsEmpty;
        for (int i = 0; i < from.Length; i++)
        {
            double value = double.CreateChecked(from[i]);
            bool isMissing = nodata.Contains(value) || (hasSentinels && schema.IsSentinel(value));
            to[i] = TTo.CreateChecked(isMissing ? double.NaN : (value - mean) / std);
        }
    }

    private static void Replace<T>(Span<T> values, byte[]? isKept, T replacement) where T : unmanaged
    {
        for (int i = 0; i < isKept?.Length; i++)
            if (isKept[i] == 0)
                values[i] = replacement;
    }

    private int[] BandsOf(RowBatch batch, int row)
    {
        int[] bands = planes.BandsOf(batch, row, names, adds: false);
        return isByName && Array.IndexOf(bands, names.Count) is >= 0 and int unknown
            ? throw new SchemaMismatchException("the rows", column.Name,
                $"band '{((TextColumnData)batch[planes.Names!]).Text(row, unknown)}' was not measured; the measured ones are "
                + string.Join(", ", scales.Select(s => s.Band)),
                "Measure rows that have all bands, or select rows with these bands")
            : bands;
    }
}
