using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>All values of a column of text or arrays of one side, in pieces of many rows, in memory or in temporary files.</summary>
internal sealed class KeptColumn(MatchWorkspace work)
{
    // Large enough that a long side takes few files, small enough that one piece in memory is little.
    private const int PieceBytes = 32 << 20;

    private readonly List<(int FirstRow, ColumnData Values)> pieces = [];
    private readonly List<ColumnData> batches = [];
    private long waitingBytes;
    private int waitingRows;

    /// <summary>The number of rows.</summary>
    internal int Count { get; private set; }

    /// <summary>The column as it was read.</summary>
    internal ColumnSchema Schema => pieces[0].Values.Schema;

    /// <summary>Adds the next rows.</summary>
    internal void Add(ColumnData batch)
    {
        batches.Add(batch);
        waitingBytes += BytesOf(batch);
        waitingRows += batch.RowCount;
        if (waitingBytes >= PieceBytes)
            Complete();
    }

    /// <summary>Keeps the rows that were added last.</summary>
    internal void Complete()
    {
        if (batches.Count == 0 || (waitingRows == 0 && pieces.Count > 0))
            return;
        ColumnData piece = ColumnData.Concat(batches);
        pieces.Add((Count, work.TryKeep(waitingBytes) ? piece : InFile(piece)));
        Count += piece.RowCount;
        (waitingBytes, waitingRows) = (0, 0);
        batches.Clear();
    }

    /// <summary>The values that hold a row, and its place among them.</summary>
    internal (ColumnData Values, int Row) Find(int row)
    {
        int low = 0, high = pieces.Count;
        while (high - low > 1)
        {
            int middle = (low + high) >> 1;
            (low, high) = pieces[middle].FirstRow <= row ? (middle, high) : (low, middle);
        }
        return (pieces[low].Values, row - pieces[low].FirstRow);
    }

    /// <summary>The values of rows; of -1 there is none.</summary>
    internal ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema schema)
    {
        List<ColumnData> taken = [];
        List<int> places = [];
        ColumnData from = pieces[0].Values;
        foreach (int row in rows)
        {
            (ColumnData values, int place) = row < 0 ? (from, -1) : Find(row);
            if (values != from)
            {
                TakeNext();
                from = values;
            }
            places.Add(place);
        }
        TakeNext();
        return ColumnData.Concat(taken);

        void TakeNext()
        {
            if (places.Count > 0 || taken.Count == 0)
                taken.Add(from.Take(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(places), schema));
            places.Clear();
        }
    }

    private static long BytesOf(ColumnData column) => column switch
    {
        TextColumnData text => text.Utf8.Length + ((long)text.Starts.Length * sizeof(int)),
        _ => BytesOfNumbers(column),
    };

    private static long BytesOfNumbers(ColumnData column)
    {
        long bytes = 0;
        for (int row = 0; row < column.RowCount; row++)
            bytes += column.RowBytes(row).Length;
        return bytes;
    }

    private ColumnData InFile(ColumnData piece) => piece switch
    {
        TextColumnData text when text.Schema.IsScalar => new TextColumnData(text.Schema, InFile(text.Utf8), InFile(text.Starts), text.IsNull),
        ColumnData<bool> c => InFile(c),
        ColumnData<sbyte> c => InFile(c),
        ColumnData<byte> c => InFile(c),
        ColumnData<short> c => InFile(c),
        ColumnData<ushort> c => InFile(c),
        ColumnData<int> c => InFile(c),
        ColumnData<uint> c => InFile(c),
        ColumnData<long> c => InFile(c),
        ColumnData<ulong> c => InFile(c),
        ColumnData<float> c => InFile(c),
        ColumnData<double> c => InFile(c),
        _ => piece,
    };

    private ColumnData<T> InFile<T>(ColumnData<T> piece) where T : unmanaged
    {
        if (!piece.Schema.IsRagged)
            return new ColumnData<T>(piece.Schema, InFile(piece.Values), piece.RowCount, piece.IsNull);
        int[] shapes = new int[piece.RowCount * piece.Schema.Shape.Length];
        for (int row = 0; row < piece.RowCount; row++)
            piece.ShapeOf(row).CopyTo(shapes.AsSpan(row * piece.Schema.Shape.Length));
        return new ColumnData<T>(piece.Schema, InFile(piece.Values), shapes, piece.IsNull);
    }

    private Memory<T> InFile<T>(ReadOnlyMemory<T> values) where T : unmanaged
    {
        RowArray<T> stored = work.Rows<T>(values.Length);
        values.Span.CopyTo(stored.GetSpan());
        return stored.Memory;
    }
}
