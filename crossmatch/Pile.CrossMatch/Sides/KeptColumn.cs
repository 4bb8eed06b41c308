using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Stores all values of a column of one side in the order in which they were read, in pieces of many rows, in memory or in
/// temporary files.</summary>
/// <remarks>The memory is native, so that it can be freed when the values have been sorted.</remarks>
/// <param name="work">The workspace.</param>
/// <param name="expectedRows">The number of rows that the source declares, for which numbers are stored in one array; otherwise 0.</param>
internal sealed class KeptColumn(MatchWorkspace work, int expectedRows = 0)
{
    // Large enough that a long side needs few files, small enough for one piece in memory.
    private const int PieceBytes = 8 << 20;

    private readonly List<(int FirstRow, ColumnData Values)> pieces = [];
    private readonly List<ColumnData> batches = [];
    private readonly List<Action> frees = [];
    private IDisposable? whole; // the array of all rows
    private int rowsInWhole;
    private long waitingBytes;
    private int waitingRows;

    /// <summary>The number of rows.</summary>
    internal int Count { get; private set; }

    /// <summary>The schema of the column in the source.</summary>
    internal ColumnSchema Schema => pieces[0].Values.Schema;

    /// <summary>Adds the next rows.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="isOverwritten">True if the memory of numbers has others later.</param>
    internal void Add(ColumnData batch, bool isOverwritten = false)
    {
        if (TryCopy(batch))
            return;
        batches.Add(isOverwritten && batch is not TextColumnData ? batch.Take([.. Enumerable.Range(0, batch.RowCount)]) : batch);
        waitingBytes += batch.ValueBytes;
        waitingRows += batch.RowCount;
        if (waitingBytes >= PieceBytes)
            Complete();
    }

    /// <summary>Stores the rows that were added last.</summary>
    internal void Complete()
    {
        if (batches.Count == 0 || (waitingRows == 0 && pieces.Count > 0))
            return;
        ColumnData piece = Joined() ?? Stored(ColumnData.Concat(batches));
        pieces.Add((Count, piece));
        Count += piece.RowCount;
        (waitingBytes, waitingRows) = (0, 0);
        batches.Clear();
    }

    /// <summary>Frees the memory of all values, which must not be used any more.</summary>
    internal void Free()
    {
        frees.ForEach(free => free());
        pieces.Clear();
    }

    /// <summary>Returns the piece that contains a row, and the index of the row in it.</summary>
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

    /// <summary>All values, if they are next to each other in memory; otherwise null.</summary>
    internal ColumnData? Whole => pieces.Count == 1 ? pieces[0].Values
        : whole is null || rowsInWhole < Count ? null
        : pieces[0].Values switch
        {
            ColumnData<long> => AllOf<long>(),
            ColumnData<int> => AllOf<int>(),
            ColumnData<float> => AllOf<float>(),
            _ => AllOf<double>(),
        };

    /// <summary>All values, in pieces.</summary>
    internal IReadOnlyList<(int FirstRow, ColumnData Values)> Pieces => pieces;

    /// <summary>Returns the values of rows; missing for -1.</summary>
    internal ColumnData Take(ReadOnlySpan<int> rows, ColumnSchema schema)
    {
        if (pieces.Count == 1)
            return pieces[0].Values.Take(rows, schema);
        if (Schema is { IsScalar: true, DType: DType.String })
            return TakeTexts(rows, schema);
        // Reads the rows of each piece together, then restores their order.
        Dictionary<ColumnData, List<int>> rowsOf = [];
        (List<int> Of, int At)[] taken = new (List<int>, int)[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            (ColumnData piece, int row) = rows[i] < 0 ? (pieces[0].Values, -1) : Find(rows[i]);
            if (!rowsOf.TryGetValue(piece, out List<int>? ofPiece))
                rowsOf.Add(piece, ofPiece = []);
            taken[i] = (ofPiece, ofPiece.Count);
            ofPiece.Add(row);
        }
        if (rowsOf.Count < 2)
            return (rowsOf.Count == 0 ? pieces[0].Values : rowsOf.First().Key)
                .Take(rowsOf.Count == 0 ? [] : CollectionsMarshal.AsSpan(rowsOf.First().Value), schema);
        Dictionary<List<int>, int> firstOf = [];
        int first = 0;
        foreach (List<int> ofPiece in rowsOf.Values)
        {
            firstOf.Add(ofPiece, first);
            first += ofPiece.Count;
        }
        int[] order = [.. taken.Select(t => firstOf[t.Of] + t.At)];
        return ColumnData.Concat([.. rowsOf.Select(r => r.Key.Take(CollectionsMarshal.AsSpan(r.Value), schema))]).Take(order, schema);
    }

    private TextColumnData TakeTexts(ReadOnlySpan<int> rows, ColumnSchema schema)
    {
        int[] starts = new int[rows.Length + 1];
        bool[] isNull = new bool[rows.Length];
        (TextColumnData Piece, int Start)[] texts = ArrayPool<(TextColumnData, int)>.Shared.Rent(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            (ColumnData piece, int row) = Find(Math.Max(rows[i], 0));
            ReadOnlySpan<int> startsOfPiece = ((TextColumnData)piece).Starts.Span.Slice(row, 2);
            texts[i] = ((TextColumnData)piece, startsOfPiece[0]);
            isNull[i] = rows[i] < 0 || piece.IsNullAt(row);
            starts[i + 1] = checked(starts[i] + (rows[i] < 0 ? 0 : startsOfPiece[1] - startsOfPiece[0]));
        }
        byte[] utf8 = GC.AllocateUninitializedArray<byte>(starts[^1]);
        for (int i = 0; i < rows.Length; i++)
            texts[i].Piece.Utf8.Span.Slice(texts[i].Start, starts[i + 1] - starts[i]).CopyTo(utf8.AsSpan(starts[i]));
        ArrayPool<(TextColumnData, int)>.Shared.Return(texts, clearArray: true);
        return new TextColumnData(schema, utf8, starts, isNull.AsSpan().Contains(true) ? isNull : default(ReadOnlyMemory<bool>));
    }

    private bool TryCopy(ColumnData batch) => batch switch
    {
        ColumnData<long> rows => TryCopy(rows),
        ColumnData<int> rows => TryCopy(rows),
        ColumnData<float> rows => TryCopy(rows),
        ColumnData<double> rows => TryCopy(rows),
        _ => false,
    };

    // Into the array of all rows. Not for a short table, and only in memory: the declared number of rows may be wrong.
    private bool TryCopy<T>(ColumnData<T> batch) where T : unmanaged
    {
        if (!batch.Schema.IsScalar || !batch.IsNull.IsEmpty)
            return false;
        long bytes = (long)expectedRows * Unsafe.SizeOf<T>();
        if (whole is null && Count == 0 && batches.Count == 0 && bytes >= PieceBytes && work.TryKeep(bytes))
            whole = Freed(work.InMemory<T>(expectedRows));
        if (whole is not RowArray<T> all)
            return false;
        Complete();
        if (batch.RowCount > all.Count - Count)
            return false;
        Memory<T> stored = all.Memory.Slice(Count, batch.RowCount);
        batch.Values.CopyTo(stored);
        rowsInWhole += batch.RowCount;
        pieces.Add((Count, new ColumnData<T>(batch.Schema, stored, batch.RowCount)));
        Count += batch.RowCount;
        return true;
    }

    // Numbers without missing values are copied once. Null for other columns.
    private ColumnData? Joined() => batches[0] switch
    {
        ColumnData<long> => Joined<long>(),
        ColumnData<int> => Joined<int>(),
        ColumnData<float> => Joined<float>(),
        ColumnData<double> => Joined<double>(),
        _ => null,
    };

    private ColumnData<T>? Joined<T>() where T : unmanaged
    {
        if (!batches[0].Schema.IsScalar || batches.Exists(batch => !batch.IsNull.IsEmpty))
            return null;
        Memory<T> stored = Rows<T>(waitingRows).Memory;
        int row = 0;
        foreach (ColumnData batch in batches)
        {
            ((ColumnData<T>)batch).Values.CopyTo(stored[row..]);
            row += batch.RowCount;
        }
        return new ColumnData<T>(batches[0].Schema, stored, waitingRows);
    }

    private ColumnData<T> AllOf<T>() where T : unmanaged => new(Schema, ((RowArray<T>)whole!).Memory[..Count], Count);

    private ColumnData Stored(ColumnData piece) => piece switch
    {
        TextColumnData text when text.Schema.IsScalar =>
            new TextColumnData(text.Schema, Stored(text.Utf8), Stored(text.Starts), text.IsNull),
        ColumnData<bool> c => Stored(c),
        ColumnData<sbyte> c => Stored(c),
        ColumnData<byte> c => Stored(c),
        ColumnData<short> c => Stored(c),
        ColumnData<ushort> c => Stored(c),
        ColumnData<int> c => Stored(c),
        ColumnData<uint> c => Stored(c),
        ColumnData<long> c => Stored(c),
        ColumnData<ulong> c => Stored(c),
        ColumnData<float> c => Stored(c),
        ColumnData<double> c => Stored(c),
        _ => piece,
    };

    private ColumnData<T> Stored<T>(ColumnData<T> piece) where T : unmanaged
    {
        if (!piece.Schema.IsRagged)
            return new ColumnData<T>(piece.Schema, Stored(piece.Values), piece.RowCount, piece.IsNull);
        int[] shapes = new int[piece.RowCount * piece.Schema.Shape.Length];
        for (int row = 0; row < piece.RowCount; row++)
            piece.ShapeOf(row).CopyTo(shapes.AsSpan(row * piece.Schema.Shape.Length));
        return new ColumnData<T>(piece.Schema, Stored(piece.Values), shapes, piece.IsNull);
    }

    private Memory<T> Stored<T>(ReadOnlyMemory<T> values) where T : unmanaged
    {
        RowArray<T> stored = Rows<T>(values.Length);
        values.Span.CopyTo(stored.GetSpan());
        return stored.Memory;
    }

    private RowArray<T> Rows<T>(int count) where T : unmanaged => Freed(work.Rows<T>(count));

    private RowArray<T> Freed<T>(RowArray<T> rows) where T : unmanaged
    {
        frees.Add(() => work.Free(rows));
        return rows;
    }
}
