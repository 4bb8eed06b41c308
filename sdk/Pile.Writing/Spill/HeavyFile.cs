using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The heavy values of a unit, row after row, all heavy columns of a row together: they are read back by row.</summary>
internal sealed class HeavyFile(string path) : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private FileStream? stream;

    internal long Bytes { get; private set; }

    /// <summary>Appends a batch, and tells where each row begins and how long it is.</summary>
    internal void Append(ReadOnlySpan<ColumnData> heavy, int rowCount, Span<long> offsets, Span<long> bytes)
    {
        stream ??= new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes);
        for (int row = 0; row < rowCount; row++)
        {
            offsets[row] = Bytes;
            foreach (ColumnData column in heavy)
            {
                ReadOnlySpan<byte> values = BatchColumns.RowBytes(column, row);
                stream.Write(values);
                Bytes += values.Length;
            }
            bytes[row] = Bytes - offsets[row];
        }
    }

    internal void Complete()
    {
        stream?.Flush();
        Dispose();
    }

    public void Dispose()
    {
        stream?.Dispose();
        stream = null;
    }
}
