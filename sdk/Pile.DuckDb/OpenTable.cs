using System.Buffers;

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
                thread.Read(table, batch, read);
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
    internal sealed class PassThread : IDisposable
    {
        private byte[] buffer = [];

        internal DuckDbChunkWriter Writer { get; } = new([]);

        internal DuckDbColumn[] Columns { get; private set; } = [];

        internal int NextRow { get; set; }

        internal int RowCount { get; private set; }

        /// <summary>Reads columns of a batch, whose texts DuckDB refers to until the next one.</summary>
        internal void Read(IDuckDbTable table, int batch, int[] columns)
        {
            Unpin();
            Columns = table.Read(batch, columns, ref buffer);
            (NextRow, RowCount) = (0, table.RowsOf(batch));
            foreach (DuckDbColumn column in Columns)
                column.Pin();
        }

        public void Dispose()
        {
            Unpin();
            if (buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }

        private void Unpin()
        {
            foreach (DuckDbColumn column in Columns)
                column.Unpin();
            Columns = [];
        }
    }
}
