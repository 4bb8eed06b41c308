using DuckDB.NET.Native;
using Pile.DuckDb.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>A chunk that is filled and read in C#, as often as needed.</summary>
internal sealed class FilledChunk : IDisposable
{
    private readonly DuckDBDataChunk handle;
    private readonly DuckDbChunkWriter writer;

    internal FilledChunk(IReadOnlyList<DuckDbField> columns)
    {
        writer = new DuckDbChunkWriter(columns);
        DuckDBLogicalType[] types = [.. columns.Select(column => column.Type.ToNative())];
        handle = LiveHandles.Add(DataChunks.DuckDBCreateDataChunk([.. types.Select(type => type.DangerousGetHandle())],
            (ulong)types.Length));
        foreach (DuckDBLogicalType type in types)
            type.Dispose();
    }

    /// <summary>Replaces the rows, and returns them; they are valid until the next call.</summary>
    /// <param name="fill">Writes the new rows, and sets their number.</param>
    internal DuckDbChunk Fill(Action<DuckDbChunkWriter> fill)
    {
        DataChunks.DuckDBDataChunkReset(handle);
        writer.Begin(handle);
        try
        {
            fill(writer);
        }
        finally
        {
            writer.End();
        }
        return new DuckDbChunk(new DuckDBDataChunk(handle.DangerousGetHandle()), writer.Columns);
    }

    public void Dispose() => handle.Dispose();
}
