using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Reading;

/// <summary>A heavy column read through an alias that converts its unit. Values are computed in float64 and returned as float32 if they are
/// stored as float32. Sentinels are no values, and stay as they are.</summary>
/// <typeparam name="TStored">The stored type.</typeparam>
/// <typeparam name="T">The returned type.</typeparam>
internal sealed class ScaledRowColumn<TStored, T>(ColumnSchema schema, RowColumn<TStored> stored, double scale)
    : RowColumn<T>(schema, stored.RowCount)
    where TStored : unmanaged, INumberBase<TStored> where T : unmanaged, INumberBase<T>
{
    private readonly TStored[] sentinels = [.. schema.Sentinels.Select(s => (Value: TStored.CreateSaturating(s), Sentinel: s))
        .Where(s => DTypes.Of<TStored>().IsFloat() || SentinelRule.IsSame(s.Value, s.Sentinel)).Select(s => s.Value)];

    public override bool IsNull(int row) => stored.IsNull(row);

    public override bool IsVerified(int row) => stored.IsVerified(row);

    public override ReadOnlySpan<int> ShapeOf(int row) => stored.ShapeOf(row);

    public override int ElementsOf(int row) => stored.ElementsOf(row);

    public override int Read(int row, Span<T> destination)
    {
        if (IsNull(row))
            return -1;
        Span<T> values = Fit(row, destination);
        TStored[] raw = ArrayPool<TStored>.Shared.Rent(values.Length);
        try
        {
            stored.Read(row, raw);
            Convert(raw.AsSpan(0, values.Length), values);
            return values.Length;
        }
        finally
        {
            ArrayPool<TStored>.Shared.Return(raw);
        }
    }

    internal override async ValueTask<bool> ReadWindowAsync(int row, Window window, Memory<T> destination,
        CancellationToken cancellationToken)
    {
        TStored[] raw = ArrayPool<TStored>.Shared.Rent(window.Elements);
        try
        {
            bool isVerified = await stored.ReadWindowAsync(row, window, raw.AsMemory(0, window.Elements), cancellationToken)
                .ConfigureAwait(false);
            Convert(raw.AsSpan(0, window.Elements), destination.Span);
            return isVerified;
        }
        finally
        {
            ArrayPool<TStored>.Shared.Return(raw);
        }
    }

    // Both the stored and the converted values.
    internal override long BatchBytesOf(int row) =>
        stored.BatchBytesOf(row) / Unsafe.SizeOf<TStored>() * (Unsafe.SizeOf<TStored>() + Unsafe.SizeOf<T>());

    internal override HeavyBatch Batch(ReadOnlyMemory<int> rows,
        BatchMemory memory) => new ScaledBatch(this, stored.Batch(rows, memory)!, memory);

    internal override ColumnData Take(ReadOnlySpan<int> rows,
        BatchMemory memory) => Converted((ColumnData<TStored>)stored.Take(rows, memory), memory);

    private ColumnData<T> Converted(ColumnData<TStored> data, BatchMemory memory)
    {
        Memory<T> values = memory.Rent<T>(data.Values.Length).AsMemory(0, data.Values.Length);
        Convert(data.Values.Span, values.Span);
        if (!Schema.IsRagged)
            return new ColumnData<T>(Schema, values, data.RowCount, data.IsNull);
        int rank = Schema.Shape.Length;
        int[] shapes = new int[data.RowCount * rank];
        for (int row = 0; row < data.RowCount; row++)
            data.ShapeOf(row).CopyTo(shapes.AsSpan(row * rank));
        return new ColumnData<T>(Schema, values, shapes, data.IsNull);
    }

    private void Convert(ReadOnlySpan<TStored> from, Span<T> to)
    {
        for (int i = 0; i < from.Length; i++)
            to[i] = T.CreateTruncating(double.CreateTruncating(from[i]) * scale);
        for (int i = 0; i < from.Length && sentinels.Length > 0; i++)
            if (sentinels.Contains(from[i]))
                to[i] = T.CreateTruncating(from[i]);
    }

    private sealed class ScaledBatch(ScaledRowColumn<TStored, T> column, HeavyBatch raw, BatchMemory memory) : HeavyBatch
    {
        internal override HeavyColumn Column => raw.Column;

        internal override Memory<byte> MemoryOf(int index) => raw.MemoryOf(index);

        internal override ReadOnlyMemory<int> Rows => raw.Rows;

        internal override Span<byte> BytesOf(int index) => raw.BytesOf(index);

        internal override ColumnData Finish() => column.Converted((ColumnData<TStored>)raw.Finish(), memory);
    }
}
