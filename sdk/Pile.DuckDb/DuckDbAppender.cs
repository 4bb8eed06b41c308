using DuckDB.NET.Native;
using Pile.DuckDb.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>Appends rows in bulk to an existing table, column by column.</summary>
/// <remarks>All rows are in the table after <see cref="Complete"/>. If the appender is disposed without it, rows that are not yet flushed
/// (DuckDB flushes every 204,800 rows) are discarded. Use a transaction to append all rows or none.</remarks>
internal sealed class DuckDbAppender : IDisposable
{
    private readonly DuckDBAppender handle;
    private readonly DuckDBDataChunk chunk;
    private readonly DuckDbChunkWriter writer;
    private readonly string table;
    private bool isComplete;

    private DuckDbAppender(DuckDBAppender handle, DuckDBDataChunk chunk, IReadOnlyList<DuckDbField> columns, string table) =>
        (this.handle, this.chunk, writer, this.table) = (handle, chunk, new(columns), table);

    /// <summary>The table's columns, named by position (<c>table[0]</c>) as in error messages.</summary>
    internal IReadOnlyList<DuckDbField> Columns => writer.Columns;

    internal static DuckDbAppender Open(DuckDBNativeConnection connection, string? schema, string table)
    {
        DuckDBState state = Appender.DuckDBAppenderCreate(connection, schema, table, out DuckDBAppender handle);
        LiveHandles.Add(handle);
        var types = new List<DuckDBLogicalType>();
        try
        {
            if (state is not DuckDBState.Success)
                throw new DuckDbException("duckdb_appender_create",
                    DuckDbNative.AppenderError(handle) ?? $"Rows cannot be appended to table '{table}'.");
            int count = (int)Appender.DuckDBAppenderColumnCount(handle);
            for (int i = 0; i < count; i++)
                types.Add(LiveHandles.Add(Appender.DuckDBAppenderColumnType(handle, (ulong)i)));

            DuckDbField[] columns = [.. types.Select((type, i) => new DuckDbField($"{table}[{i}]", DuckDbType.From(type)))];
            return new(handle, NewChunk(types), columns, table);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        finally
        {
            types.ForEach(type => type.Dispose());
        }
    }

    /// <summary>Appends a batch: one column per table column, all of the same length.</summary>
    /// <exception cref="DuckDbException">A column has a different type than the table's, or DuckDB rejected rows.</exception>
    internal void Append(params IReadOnlyList<DuckDbColumn> batch)
    {
        using DuckDbBatches source = new(writer.Columns, [batch]);
        Append(source);
    }

    /// <summary>Appends all rows of a source.</summary>
    /// <exception cref="DuckDbException">DuckDB rejected rows.</exception>
    internal void Append(IDuckDbSource source)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        while (true)
        {
            DataChunks.DuckDBDataChunkReset(chunk);
            writer.Begin(chunk);
            bool isFilled;
            try
            {
                isFilled = source.Fill(writer);
            }
            finally
            {
                writer.End();
            }
            if (!isFilled)
                return;
            Check(Appender.DuckDBAppendDataChunk(handle, chunk), "duckdb_append_data_chunk");
        }
    }

    /// <summary>Flushes all rows to the table.</summary>
    /// <exception cref="DuckDbException">A constraint of the table rejected rows; all rows not yet flushed are discarded.</exception>
    internal void Complete()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        Check(Appender.DuckDBAppenderClose(handle), "duckdb_appender_close");
        isComplete = true;
    }

    public void Dispose()
    {
        if (!isComplete && !handle.IsClosed)
            _ = Appender.DuckDBAppenderClear(handle); // otherwise destroying the appender flushes
        chunk.Dispose();
        handle.Dispose();
    }

    private static DuckDBDataChunk NewChunk(List<DuckDBLogicalType> types)
    {
        var pointers = new nint[types.Count];
        for (int i = 0; i < pointers.Length; i++)
            pointers[i] = types[i].DangerousGetHandle();
        DuckDBDataChunk made = LiveHandles.Add(DataChunks.DuckDBCreateDataChunk(pointers, (ulong)pointers.Length));
        GC.KeepAlive(types);
        return made;
    }

    private void Check(DuckDBState state, string function)
    {
        if (state is not DuckDBState.Success)
            throw new DuckDbException(function, $"Table '{table}': {DuckDbNative.AppenderError(handle) ?? "no message given"}");
    }
}
