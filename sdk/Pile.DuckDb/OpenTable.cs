namespace Pile.DuckDb;

/// <summary>A table in use by DuckDB.</summary>
internal sealed class OpenTable(string sql, IDuckDbTable table) : OpenRows(sql)
{
    internal IDuckDbTable Table => table;

    /// <summary>One pass over the table for one statement.</summary>
    /// <param name="open">The table.</param>
    /// <param name="columns">The columns in the order of the chunks; −1 for one whose values are not used.</param>
    internal sealed class Pass(OpenTable open, int[] columns)
    {
        private readonly int[] read = Array.FindAll(columns, column => column >= 0);
        private int lastBatch = -1;

        internal OpenTable Open => open;

        /// <summary>The number of threads that have work.</summary>
        internal int MaxThreads => Math.Max(1, open.Table.BatchCount);

        /// <summary>Fills a chunk with the next rows of a thread; none at the end.</summary>
        internal void Fill(PassThread thread, DuckDbChunkWriter writer)
        {
            IDuckDbTable table = open.Table;
            while (thread.NextRow == thread.RowCount)
            {
                int batch = Interlocked.Increment(ref lastBatch);
                if (batch >= table.BatchCount)
                {
                    Interlocked.Decrement(ref lastBatch); // never beyond the largest integer
                    return;
                }
                thread.Columns = table.Read(batch, read, ref thread.Buffer);
                (thread.NextRow, thread.RowCount) = (0, table.RowsOf(batch));
            }
            int count = Math.Min(DuckDbChunkWriter.Capacity, thread.RowCount - thread.NextRow);
            for (int i = 0, next = 0; i < columns.Length; i++)
                if (columns[i] >= 0)
                    thread.Columns[next++].WriteTo(writer.Column(i, table.Columns[columns[i]]), thread.NextRow, count);
            writer.RowCount = count;
            thread.NextRow += count;
        }
    }

    /// <summary>What one of the threads of a pass reads.</summary>
    internal sealed class PassThread
    {
        internal byte[] Buffer = [];

        internal DuckDbChunkWriter Writer { get; } = new([]);

        internal DuckDbColumn[] Columns { get; set; } = [];

        internal int NextRow { get; set; }

        internal int RowCount { get; set; }
    }
}
