using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Some rows of a column of a query's result, in the order in which they are added.</summary>
internal abstract class GatheredColumn : IDisposable
{
    private bool[] isNull = [];
    private bool hasNull;

    /// <summary>The number of rows.</summary>
    internal int RowCount { get; private set; }

    private protected abstract long Bytes { get; }

    private protected ReadOnlyMemory<bool> IsNull => hasNull ? isNull.AsMemory(0, RowCount) : default;

    /// <summary>Creates a column without rows.</summary>
    internal static GatheredColumn Of(DuckDbType type) => type.Id switch
    {
        DuckDbTypeId.Varchar or DuckDbTypeId.Blob => new Texts(type.Id == DuckDbTypeId.Blob),
        DuckDbTypeId.List => OfNumbers(type.Child!, isList: true),
        _ => OfNumbers(type, isList: false),
    };

    /// <summary>Adds rows of a chunk, and returns the size of their values.</summary>
    internal long Add(DuckDbVector vector, ReadOnlySpan<int> rows)
    {
        PooledArray.Grow(ref isNull, RowCount, RowCount + rows.Length);
        for (int i = 0; i < rows.Length; i++)
            hasNull |= isNull[RowCount + i] = !vector.IsValid(rows[i]);
        long before = Bytes;
        AddValues(vector, rows, RowCount);
        RowCount += rows.Length;
        return Bytes - before;
    }

    /// <summary>Returns the rows, which are valid until others are added.</summary>
    internal abstract DuckDbColumn ToDuckDb();

    public virtual void Dispose() => PooledArray.Return(isNull);

    private protected abstract void AddValues(DuckDbVector vector, ReadOnlySpan<int> rows, int at);

    private static GatheredColumn OfNumbers(DuckDbType type, bool isList) => type.Id switch
    {
        DuckDbTypeId.Boolean => OfNumbers<bool>(isList),
        DuckDbTypeId.TinyInt => OfNumbers<sbyte>(isList),
        DuckDbTypeId.UTinyInt => OfNumbers<byte>(isList),
        DuckDbTypeId.SmallInt => OfNumbers<short>(isList),
        DuckDbTypeId.USmallInt => OfNumbers<ushort>(isList),
        DuckDbTypeId.Integer => OfNumbers<int>(isList),
        DuckDbTypeId.UInteger => OfNumbers<uint>(isList),
        DuckDbTypeId.BigInt => OfNumbers<long>(isList),
        DuckDbTypeId.UBigInt => OfNumbers<ulong>(isList),
        DuckDbTypeId.Float => OfNumbers<float>(isList),
        DuckDbTypeId.Double => OfNumbers<double>(isList),
        _ => throw new NotSupportedException($"Columns of type {type} are not gathered."),
    };

    private static GatheredColumn OfNumbers<T>(bool isList) where T : unmanaged => isList ? new Lists<T>() : new Numbers<T>();

    private sealed class Numbers<T> : GatheredColumn where T : unmanaged
    {
        private T[] values = [];

        public override void Dispose()
        {
            base.Dispose();
            PooledArray.Return(values);
        }

        private protected override unsafe long Bytes => (long)RowCount * sizeof(T);

        internal override DuckDbColumn ToDuckDb() => DuckDbColumn.Of<T>(values.AsMemory(0, RowCount), IsNull);

        private protected override void AddValues(DuckDbVector vector, ReadOnlySpan<int> rows, int at)
        {
            PooledArray.Grow(ref values, at, at + rows.Length);
            ReadOnlySpan<T> from = vector.Values<T>();
            Span<T> to = values.AsSpan(at, rows.Length);
            for (int i = 0; i < rows.Length; i++)
                to[i] = from[rows[i]];
        }
    }

    private sealed class Texts(bool isBlob) : GatheredColumn
    {
        private int[] starts = new int[1];
        private byte[] bytes = [];

        public override void Dispose()
        {
            base.Dispose();
            PooledArray.Return(starts);
            PooledArray.Return(bytes);
        }

        private protected override long Bytes => starts[RowCount];

        internal override DuckDbColumn ToDuckDb() => isBlob ? DuckDbColumn.Blobs(starts.AsMemory(0, RowCount + 1), bytes, IsNull)
            : DuckDbColumn.Utf8(starts.AsMemory(0, RowCount + 1), bytes, IsNull);

        private protected override void AddValues(DuckDbVector vector, ReadOnlySpan<int> rows, int at)
        {
            PooledArray.Grow(ref starts, at + 1, at + rows.Length + 1);
            for (int i = 0; i < rows.Length; i++)
            {
                ReadOnlySpan<byte> text = isBlob ? vector.Blob(rows[i]) : vector.Utf8(rows[i]);
                PooledArray.Grow(ref bytes, starts[at + i], (long)starts[at + i] + text.Length);
                text.CopyTo(bytes.AsSpan(starts[at + i]));
                starts[at + i + 1] = starts[at + i] + text.Length;
            }
        }
    }

    private sealed class Lists<T> : GatheredColumn where T : unmanaged
    {
        private int[] starts = new int[1];
        private T[] values = [];

        public override void Dispose()
        {
            base.Dispose();
            PooledArray.Return(starts);
            PooledArray.Return(values);
        }

        private protected override unsafe long Bytes => (long)starts[RowCount] * sizeof(T);

        internal override DuckDbColumn ToDuckDb() =>
            DuckDbColumn.Lists<T>(starts.AsMemory(0, RowCount + 1), values.AsMemory(0, starts[RowCount]), IsNull);

        private protected override void AddValues(DuckDbVector vector, ReadOnlySpan<int> rows, int at)
        {
            PooledArray.Grow(ref starts, at + 1, at + rows.Length + 1);
            ReadOnlySpan<DuckDbListEntry> lists = vector.Values<DuckDbListEntry>();
            ReadOnlySpan<T> elements = vector.Child.Values<T>();
            for (int i = 0; i < rows.Length; i++)
            {
                ReadOnlySpan<T> list = isNull[at + i] ? default : lists[rows[i]].Of(elements);
                PooledArray.Grow(ref values, starts[at + i], (long)starts[at + i] + list.Length);
                list.CopyTo(values.AsSpan(starts[at + i]));
                starts[at + i + 1] = starts[at + i] + list.Length;
            }
        }
    }
}
