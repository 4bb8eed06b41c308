using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Pile.Parquet;

/// <summary>Writes a Parquet file whose pages are plain arrays: uncompressed, one page per column of a row group. A page of an optional
/// column has its definition levels, then the values that are present.</summary>
/// <remarks>
/// Row groups are placed in order, which is cheap, and then written by any threads: the bytes of the file depend only on the order of the
/// places. The values of a page start at a multiple of 64 bytes, so that they can be mapped as an array.
/// </remarks>
internal sealed class PlainParquetWriter : IDisposable
{
    private const int Alignment = 64;
    private const long ReservedAtOnce = 32 << 20;

    private readonly SafeFileHandle file;
    private readonly string path;
    private readonly ParquetColumn[] columns;
    private readonly List<RowGroupPlace> places = [];
    private long end = Magic.Length, reserved;

    private PlainParquetWriter(string path, SafeFileHandle file, ParquetColumn[] columns) =>
        (this.path, this.file, this.columns) = (path, file, columns);

    internal static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Creates a file.</summary>
    /// <param name="path">The path of the file, which must not exist.</param>
    /// <param name="columns">The columns; at least one.</param>
    /// <exception cref="ArgumentException">There is no column.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static PlainParquetWriter Create(string path, ReadOnlySpan<ParquetColumn> columns)
    {
        if (columns.IsEmpty)
            throw new ArgumentException("A table must have at least one column.", nameof(columns));
        SafeFileHandle created = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(created, Magic, 0);
        return new PlainParquetWriter(path, created, columns.ToArray());
    }

    /// <summary>Reserves the place of the next row group. Not thread-safe.</summary>
    /// <param name="rowCount">The number of rows; at least one.</param>
    /// <param name="pageBytes">For each text column, the bytes of its page including lengths; for each optional column, those including
    /// levels; ignored for others. Can be empty if there is no such column.</param>
    /// <exception cref="ArgumentException">There are no rows, or a page is larger than 2 GiB.</exception>
    public RowGroupPlace Place(int rowCount, ReadOnlySpan<long> pageBytes = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowCount, 1);
        RowGroupPlace place = new(rowCount, new ColumnChunk[columns.Length], new byte[columns.Length][]);
        for (int i = 0; i < columns.Length; i++)
        {
            long bytes = columns[i].Type == ParquetType.Text || columns[i].IsOptional ? pageBytes[i] : columns[i].ValuesBytes(rowCount);
            if (bytes > int.MaxValue)
                throw new ArgumentException($"A page must have at most {int.MaxValue} bytes; column '{columns[i].Name}' has {bytes} in one "
                    + "row group.", nameof(rowCount));
            byte[] head = place.Heads[i] = FooterWriting.PageHead(rowCount, (int)bytes);
            // Bytes between pages are ignored by Parquet readers: they align the values.
            long values = (end + head.Length + Alignment - 1) / Alignment * Alignment;
            place.Chunks[i] = new ColumnChunk(values - head.Length, head.Length + bytes, 1, 0);
            end = values + bytes;
        }
        places.Add(place);
        for (; reserved < end; reserved += ReservedAtOnce)
            FileCalls.Reserve(file, reserved, ReservedAtOnce);
        return place;
    }

    /// <summary>Writes one column of a row group. Can be called from any thread.</summary>
    /// <param name="place">The row group.</param>
    /// <param name="column">The column's number.</param>
    /// <param name="values">The values, little-endian; each text value is preceded by its length.</param>
    /// <param name="min">The smallest value of an integer column, for its statistics.</param>
    /// <param name="max">The largest value; below <paramref name="min"/> for no statistics.</param>
    /// <param name="levels">The bytes before the values: the <see cref="DefinitionLevels"/> of an optional column, if
    /// <paramref name="values"/> does not start with them.</param>
    /// <param name="nulls">The number of missing values of an optional column.</param>
    /// <exception cref="ArgumentException">The number of bytes differs from that of the place.</exception>
    public void Write(RowGroupPlace place, int column, ReadOnlySpan<byte> values, long min = 1, long max = 0,
        ReadOnlySpan<byte> levels = default, int nulls = 0)
    {
        ColumnChunk chunk = place.Chunks[column];
        if (place.Heads[column].Length + (long)levels.Length + values.Length != chunk.ChunkBytes)
            throw new ArgumentException($"Column '{columns[column].Name}' must have {chunk.ChunkBytes - place.Heads[column].Length} "
                + $"bytes; found {levels.Length + values.Length}.", nameof(values));
        place.Chunks[column] = chunk with { Min = min, Max = max, Nulls = nulls };
        RandomAccess.Write(file, place.Heads[column], chunk.PageOffset);
        long at = chunk.PageOffset + place.Heads[column].Length;
        if (levels.Length > 0)
            RandomAccess.Write(file, levels, at);
        RandomAccess.Write(file, values, at + levels.Length);
    }

    /// <summary>Writes a required text column of a row group, with statistics. Can be called from any thread.</summary>
    /// <param name="place">The row group.</param>
    /// <param name="column">The column's number.</param>
    /// <param name="values">The values, each preceded by its length.</param>
    /// <param name="min">The smallest value in the order of bytes.</param>
    /// <param name="max">The largest value.</param>
    /// <exception cref="ArgumentException">The number of bytes differs from that of the place.</exception>
    public void WriteText(RowGroupPlace place, int column, ReadOnlySpan<byte> values, ReadOnlySpan<byte> min, ReadOnlySpan<byte> max)
    {
        Write(place, column, values);
        place.Chunks[column] = place.Chunks[column] with { MinText = min.ToArray(), MaxText = max.ToArray() };
    }

    /// <summary>Writes the footer and closes the file, after all row groups have been written.</summary>
    /// <param name="metadata">The key-value metadata of the footer.</param>
    /// <param name="seal">Modifies the bytes of the footer before they are written, to insert a checksum; null for no change.</param>
    public void Complete(IReadOnlyDictionary<string, string> metadata, Action<byte[]>? seal = null)
    {
        int[] groupRows = new int[places.Count];
        ColumnChunk[] chunks = new ColumnChunk[places.Count * columns.Length];
        long rowCount = 0;
        for (int group = 0; group < groupRows.Length; group++)
        {
            rowCount += groupRows[group] = places[group].RowCount;
            places[group].Chunks.CopyTo(chunks, group * columns.Length);
        }
        byte[] footer = FooterWriting.Write(new Footer(columns, rowCount, groupRows, chunks,
            new Dictionary<string, string>(metadata, StringComparer.Ordinal)));
        seal?.Invoke(footer);
        byte[] tail = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(tail, footer.Length);
        Magic.CopyTo(tail.AsSpan(4));
        RandomAccess.Write(file, footer, end);
        RandomAccess.Write(file, tail, end + footer.Length);
        if (reserved > 0)
            RandomAccess.SetLength(file, end + footer.Length + tail.Length); // releases the unused reserved space
        file.Dispose();
    }

    /// <summary>Closes the file. A file that was not completed has no footer; the caller must delete it.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>Returns the path of the file.</summary>
    public override string ToString() => path;
}
