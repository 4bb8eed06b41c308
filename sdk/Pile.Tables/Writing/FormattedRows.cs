using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Formats the rows of several batches concurrently on all cores, and writes them in order.</summary>
/// <param name="create">Creates a format for one thread.</param>
/// <param name="write">Writes formatted rows; called in the rows' order, never concurrently.</param>
internal sealed class FormattedRows(Func<IRowFormat> create, FormattedRows.Writer write) : IDisposable
{
    // Large enough to be worth a task, small enough for the cache and for many cores.
    private const int PartBytes = 1 << 19;

    private readonly Queue<Task<IRowFormat>> ahead = new();
    private readonly Stack<IRowFormat> free = new();
    private readonly int maxAhead = 4 * Environment.ProcessorCount;

    /// <summary>Writes the bytes of some rows.</summary>
    internal delegate void Writer(ReadOnlySpan<byte> rows);

    /// <summary>The number of rows added.</summary>
    internal long Count { get; private set; }

    /// <summary>Adds a batch; may throw the exception of an earlier row.</summary>
    internal void Add(ColumnData[] columns, int rowCount)
    {
        long batchRow = Count, rowBytes = Math.Max(columns.Sum(c => c.ValueBytes) / Math.Max(rowCount, 1), 1);
        int partRows = (int)Math.Max(PartBytes / rowBytes, 1);
        for (int first = 0; first < rowCount; first += partRows)
        {
            (int firstRow, int endRow) = (first, Math.Min(first + partRows, rowCount));
            while (ahead.Count >= maxAhead || (ahead.TryPeek(out Task<IRowFormat>? next) && next.IsCompleted))
                WriteNext();
            IRowFormat format = free.TryPop(out IRowFormat? used) ? used : create();
            ahead.Enqueue(Task.Run(() =>
            {
                format.Format(columns, batchRow, firstRow, endRow);
                return format;
            }));
        }
        Count += rowCount;
    }

    /// <summary>Writes all rows added; throws the exception of the first row that has one.</summary>
    internal void Complete()
    {
        while (ahead.Count > 0)
            WriteNext();
    }

    /// <summary>Waits until no thread reads a batch any more, because its memory may be released after an error.</summary>
    public void Dispose()
    {
        foreach (Task<IRowFormat> formatting in ahead)
            ((IAsyncResult)formatting).AsyncWaitHandle.WaitOne();
        ahead.Clear();
    }

    private void WriteNext()
    {
        IRowFormat formatted = ahead.Dequeue().GetAwaiter().GetResult();
        write(formatted.Take());
        free.Push(formatted);
    }
}
