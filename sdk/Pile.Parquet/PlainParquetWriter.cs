using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Pile.Parquet;

/// <summary>Writes a Parquet file whose pages are plain arrays: uncompressed, one page for each column of a row group; of an optional
/// column its definition levels, then the values that are present.</summary>
/// <remarks>
/// Row groups are placed in order, which costs next to nothing, and then written by as many threads as have one: the bytes of the file
/// depend on the order of the places alone. The values of a page begin at a multiple of 64 bytes, so that they can be mapped as an array.
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

    /// <summary>Begins a file.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="columns">Its columns; at least one.</param>
    /// <exception cref="ArgumentException">There is no column.</exception>
    /// <exception cref="IOException">It exists, or cannot be written.</exception>
    public static PlainParquetWriter Create(string path, ReadOnlySpan<ParquetColumn> columns)
    {
        if (columns.IsEmpty)
            throw new ArgumentException("A table has at least one column.", nameof(columns));
        SafeFileHandle created = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(created, Magic, 0);
        return new PlainParquetWriter(path, created, columns.ToArray());
    }

    /// <summary>Gives the next row group its place. Not for several threads at once.</summary>
    /// <param name="rowCount">Rows; at least one.</param>
    /// <param name="pageBytes">For each column the bytes of its page where it is text, lengths included, or optional, levels included;
    /// ignored for others. Empty where no column is.</param>
    /// <exception cref="ArgumentException">No rows, or a page of more than 2 GiB.</exception>
    public RowGroupPlace Place(int rowCount, ReadOnlySpan<long> pageBytes = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowCount, 1);
        RowGroupPlace place = new(rowCount, new ColumnChunk[columns.Length], new byte[columns.Length][]);
        for (int i = 0; i < columns.Length; i++)
        {
            long bytes = columns[i].Type == ParquetType.Text || columns[i].IsOptional ? pageBytes[i] : columns[i].ValuesBytes(rowCount);
            if (bytes > int.MaxValue)
                throw new ArgumentException($"A page holds at most {int.MaxValue} bytes; column '{columns[i].Name}' has {bytes} in one row "
                    + "group.", nameof(rowCount));
            byte[] head = place.Heads[i] = FooterWriting.PageHead(rowCount, (int)bytes);
            // Bytes between pages mean nothing to Parquet: they move the values to their multiple.
            long values = (end + head.Length + Alignment - 1) / Alignment * Alignment;
            place.Chunks[i] = new ColumnChunk(values - head.Length, head.Length + bytes, 1, 0);
            end = values + bytes;
        }
        places.Add(place);
        for (; reserved < end; reserved += ReservedAtOnce)
            FileCalls.Reserve(file, reserved, ReservedAtOnce);
        return place;
    }

    /// <summary>Writes one column of a row group; on any thread.</summary>
    /// <param name="place">The row group.</param>
    /// <param name="column">The column's number.</param>
    /// <param name="values">Its values, little endian; of text each with its length before it.</param>
    /// <param name="min">The least value of an integer column, for its statistics.</param>
    /// <param name="max">The greatest; below <paramref name="min"/> to say nothing.</param>
    /// <param name="levels">What comes before the values: the <see cref="DefinitionLevels"/> of an optional column, where
    /// <paramref name="values"/> does not begin with them.</param>
    /// <param name="nulls">How many values of an optional column are missing.</param>
    /// <exception cref="ArgumentException">There are more or fewer bytes than the place has.</exception>
    public void Write(RowGroupPlace place, int column, ReadOnlySpan<byte> values, long min = 1, long max = 0,
        ReadOnlySpan<byte> levels = default, int nulls = 0)
    {
        ColumnChunk chunk = place.Chunks[column];
        if (place.Heads[column].Length + (long)levels.Length + values.Length != chunk.ChunkBytes)
            throw new ArgumentException($"Column '{columns[column].Name}' has a place of {chunk.ChunkBytes - place.Heads[column].Length} "
                + $"bytes, not {levels.Length + values.Length}.", nameof(values));
        place.Chunks[column] = chunk with { Min = min, Max = max, Nulls = nulls };
        RandomAccess.Write(file, place.Heads[column], chunk.PageOffset);
        long at = chunk.PageOffset + place.Heads[column].Length;
        if (levels.Length > 0)
            RandomAccess.Write(file, levels, at);
        RandomAccess.Write(file, values, at + levels.Length);
    }

    /// <summary>Writes a required text column of a row group, with statistics; on any thread.</summary>
    /// <param name="place">The row group.</param>
    /// <param name="column">The column's number.</param>
    /// <param name="values">Its values, each with its length before it.</param>
    /// <param name="min">The least value by its bytes.</param>
    /// <param name="max">The greatest.</param>
    /// <exception cref="ArgumentException">There are more or fewer bytes than the place has.</exception>
    public void WriteText(RowGroupPlace place, int column, ReadOnlySpan<byte> values, ReadOnlySpan<byte> min, ReadOnlySpan<byte> max)
    {
        Write(place, column, values);
        place.Chunks[column] = place.Chunks[column] with { MinText = min.ToArray(), MaxText = max.ToArray() };
    }

    /// <summary>Ends the file, once all row groups are written.</summary>
    /// <param name="metadata">Names and values to keep in the footer.</param>
    /// <param name="seal">Completes the bytes of the footer before they are written, by a checksum of them; null for nothing.</param>
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
            RandomAccess.SetLength(file, end + footer.Length + tail.Length); // gives back what was reserved beyond
        file.Dispose();
    }

    /// <summary>Closes the file; one that was not completed stays without a footer, and is the caller's to delete.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>The file.</summary>
    public override string ToString() => path;
}
