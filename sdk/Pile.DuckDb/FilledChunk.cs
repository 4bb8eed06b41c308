using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>A chunk that is filled and read in C#, as often as needed.</summary>
internal sealed class FilledChunk : IDisposable
{
    private readonly DataChunkHandle handle;
    private readonly DuckDbChunkWriter writer;

    internal FilledChunk(IReadOnlyList<DuckDbField> columns)
    {
        writer = new DuckDbChunkWriter(columns);
        LogicalTypeHandle[] types = [.. columns.Select(column => column.Type.ToNative())];
        handle = DuckDbNative.CreateDataChunk([.. types.Select(type => type.DangerousGetHandle())], (ulong)types.Length);
        foreach (LogicalTypeHandle type in types)
            type.Dispose();
    }

    /// <summary>Replaces the rows, and returns them; they are valid until the next call.</summary>
    /// <param name="fill">Writes the new rows, and sets their number.</param>
    internal DuckDbChunk Fill(Action<DuckDbChunkWriter> fill)
    {
        DuckDbNative.DataChunkReset(handle);
        writer.Begin(handle.DangerousGetHandle());
        try
        {
            fill(writer);
        }
        finally
        {
            writer.End();
        }
        return new DuckDbChunk(handle.DangerousGetHandle(), writer.Columns, firstColumn: 0);
    }

    public void Dispose() => handle.Dispose();
}
