using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>A chunk of up to 2048 rows being filled, column by column.</summary>
internal sealed class DuckDbChunkWriter
{
    private nint chunk;

    internal DuckDbChunkWriter(IReadOnlyList<DuckDbField> columns) => Columns = columns;

    /// <summary>Most rows that a chunk takes.</summary>
    internal const int Capacity = DuckDbNative.VectorRows;

    internal IReadOnlyList<DuckDbField> Columns { get; }

    /// <summary>How many rows have been written; set it once all columns hold them.</summary>
    internal int RowCount
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)Capacity);
            field = value;
        }
    }

    /// <summary>A column, to write from its first row on.</summary>
    /// <exception cref="InvalidOperationException">The chunk is not being filled: a writer serves only while it is handed out.</exception>
    internal DuckDbVectorWriter this[int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns.Count, nameof(column));
            if (chunk is 0)
                throw new InvalidOperationException("The chunk is not being filled now.");
            return new(DuckDbNative.DataChunkVector(chunk, (ulong)column), Columns[column].Type, Columns[column].Name);
        }
    }

    /// <summary>Starts on an empty chunk, borrowed until <see cref="End"/>.</summary>
    internal void Begin(nint emptyChunk) => (chunk, RowCount) = (emptyChunk, 0);

    /// <summary>Hands the chunk back, with its number of rows.</summary>
    internal void End()
    {
        DuckDbNative.DataChunkSetSize(chunk, (ulong)RowCount);
        chunk = 0;
    }
}
