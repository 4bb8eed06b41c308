using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>Fills a chunk of up to 2048 rows, column by column.</summary>
internal sealed class DuckDbChunkWriter
{
    private DuckDBDataChunk? chunk;

    internal DuckDbChunkWriter(IReadOnlyList<DuckDbField> columns) => Columns = columns;

    /// <summary>The maximum number of rows of a chunk.</summary>
    /// <remarks>A constant of the library's build, checked when a database is opened.</remarks>
    internal const int Capacity = 2048;

    internal IReadOnlyList<DuckDbField> Columns { get; }

    /// <summary>The number of rows written; set it after all columns are written.</summary>
    internal int RowCount
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)Capacity);
            field = value;
        }
    }

    /// <summary>Returns a column, to write from its first row.</summary>
    /// <exception cref="InvalidOperationException">No chunk is being filled:
    /// a writer is only valid during the call it is passed to.</exception>
    internal DuckDbVectorWriter this[int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns.Count, nameof(column));
            return Column(column, Columns[column]);
        }
    }

    /// <summary>Returns a column by its place in the chunk, where chunks have some of the columns only.</summary>
    internal DuckDbVectorWriter Column(int place, DuckDbField column) => chunk is not null
        ? new(DataChunks.DuckDBDataChunkGetVector(chunk, place), column.Type, column.Name)
        : throw new InvalidOperationException("No chunk is being filled. Use the writer only during the call it is passed to.");

    /// <summary>Begins an empty chunk, which is borrowed until <see cref="End"/>.</summary>
    internal void Begin(DuckDBDataChunk emptyChunk) => (chunk, RowCount) = (emptyChunk, 0);

    /// <summary>Ends the chunk and sets its number of rows.</summary>
    internal void End()
    {
        _ = DataChunks.DuckDBDataChunkSetSize(chunk!, (ulong)RowCount);
        chunk = null;
    }
}
