using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>Appends rows in bulk to an existing table, column by column.</summary>
/// <remarks>All rows are in the table after <see cref="Complete"/>. If the appender is disposed without it, rows that are not yet flushed
/// (DuckDB flushes every 204,800 rows) are discarded. Use a transaction to append all rows or none.</remarks>
internal sealed class DuckDbAppender : IDisposable
{
    private readonly AppenderHandle handle;
    private readonly DataChunkHandle chunk;
    private readonly DuckDbChunkWriter writer;
    private readonly string table;
    private bool isComplete;

    private DuckDbAppender(AppenderHandle handle, DataChunkHandle chunk, IReadOnlyList<DuckDbField> columns, string table) =>
        (this.handle, this.chunk, writer, this.table) = (handle, chunk, new(columns), table);

    /// <summary>The table's columns, named by position (<c>table[0]</c>) as in error messages.</summary>
    internal IReadOnlyList<DuckDbField> Columns => writer.Columns;

    internal static DuckDbAppender Open(ConnectionHandle connection, string? schema, string table)
    {
        DuckDbState state = DuckDbNative.AppenderCreate(connection, schema, table, out AppenderHandle handle);
        var types = new List<LogicalTypeHandle>();
        try
        {
            if (state is not DuckDbState.Success)
                throw new DuckDbException("duckdb_appender_create",
                    DuckDbNative.AppenderError(handle) ?? $"Rows cannot be appended to table '{table}'.");
            int count = (int)DuckDbNative.AppenderColumnCount(handle);
            for (int i = 0; i < count; i++)
                types.Add(DuckDbNative.AppenderColumnType(handle, (ulong)i));

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
            DuckDbNative.DataChunkReset(chunk);
            writer.Begin(chunk.DangerousGetHandle());
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
            Check(DuckDbNative.AppendDataChunk(handle, chunk), "duckdb_append_data_chunk");
        }
    }

    /// <summary>Flushes all rows to the table.</summary>
    /// <exception cref="DuckDbException">A constraint of the table rejected rows; all rows not yet flushed are discarded.</exception>
    internal void Complete()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        Check(DuckDbNative.AppenderClose(handle), "duckdb_appender_close");
        isComplete = true;
    }

    public void Dispose()
    {
        if (!isComplete && !handle.IsClosed)
            _ = DuckDbNative.AppenderClear(handle); // otherwise destroying the appender flushes
        chunk.Dispose();
        handle.Dispose();
    }

    private static DataChunkHandle NewChunk(List<LogicalTypeHandle> types)
    {
        var pointers = new nint[types.Count];
        for (int i = 0; i < pointers.Length; i++)
            pointers[i] = types[i].DangerousGetHandle();
        DataChunkHandle made = DuckDbNative.CreateDataChunk(pointers, (ulong)pointers.Length);
        GC.KeepAlive(types);
        return made;
    }

    private void Check(DuckDbState state, string function)
    {
        if (state is not DuckDbState.Success)
            throw new DuckDbException(function, $"Table '{table}': {DuckDbNative.AppenderError(handle) ?? "no message given"}");
    }
}
