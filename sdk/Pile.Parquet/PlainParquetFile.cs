using System.Buffers;
using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Parquet;

/// <summary>A Parquet file whose pages are plain arrays, mapped into memory: values are read where they lie.</summary>
/// <remarks>
/// What <see cref="PlainParquetWriter"/> writes, and any other file of required, uncompressed columns with one plain page for each column
/// of a row group. Spans hold until the file is closed. All members may be called from any thread.
/// </remarks>
internal sealed unsafe class PlainParquetFile : IDisposable
{
    private const int TailBytes = 8, LongestPageHead = 4096, BytesOfRead = 1 << 17, BeyondReadAhead = 32 << 20, MostFooterBytes = 1 << 28;

    private readonly SafeFileHandle file;
    private readonly SafeMemoryMappedViewHandle view;
    private readonly byte* start;
    private readonly Footer footer;
    private readonly (long Length, DateTime Written) stamp;
    private readonly nint[] values; // 0 until the page's head has been seen
    private readonly bool[] isBroughtIn; // only saves reading twice
    private readonly Action<long, long>? fetch;

    private PlainParquetFile(string path, SafeFileHandle file, long length, Action<long, long>? fetch, SafeMemoryMappedViewHandle view,
        byte* start, Footer footer)
    {
        (Path, this.file, this.fetch, this.view, this.footer) = (path, file, fetch, view, footer);
        this.start = start;
        stamp = (length, File.GetLastWriteTimeUtc(file));
        values = new nint[footer.Chunks.Length];
        isBroughtIn = new bool[footer.GroupRows.Length];
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its length.</summary>
    public long LengthBytes => stamp.Length;

    /// <summary>Its columns.</summary>
    public IReadOnlyList<ParquetColumn> Columns => footer.Columns;

    /// <summary>Rows in all.</summary>
    public long RowCount => footer.RowCount;

    /// <summary>Row groups.</summary>
    public int GroupCount => footer.GroupRows.Length;

    /// <summary>Names and values in the footer.</summary>
    public IReadOnlyDictionary<string, string> Metadata => footer.Metadata;

    /// <summary>The bytes of the footer, without its length.</summary>
    public ReadOnlySpan<byte> FooterBytes
    {
        get
        {
            int bytes = *(int*)(start + stamp.Length - TailBytes);
            return new ReadOnlySpan<byte>(start + stamp.Length - TailBytes - bytes, bytes);
        }
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="PlainParquetException">It is not laid out so, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PlainParquetFile Open(string path)
    {
        SafeFileHandle opened = File.OpenHandle(path);
        try
        {
            FileCalls.TakeReadLease(opened);
            return Open(path, opened, RandomAccess.GetLength(opened), null);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Maps a file of which some parts are fetched when they are needed.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="file">The file, which is closed with this.</param>
    /// <param name="lengthBytes">Its length.</param>
    /// <param name="fetch">Returns when the bytes from one offset up to another one are there; called from any thread.</param>
    /// <inheritdoc cref="Open(string)"/>
    internal static PlainParquetFile Open(string path, SafeFileHandle file, long lengthBytes, Action<long, long>? fetch)
    {
        SafeMemoryMappedViewHandle? mapped = null;
        byte* first = null;
        try
        {
            if (lengthBytes < PlainParquetWriter.Magic.Length + TailBytes)
                throw new PlainParquetException(path, $"{lengthBytes} bytes are no Parquet file");
            using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read,
                HandleInheritability.None, leaveOpen: true);
            mapped = map.CreateViewAccessor(0, lengthBytes, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle;
            mapped.AcquirePointer(ref first);
            return new PlainParquetFile(path, file, lengthBytes, fetch, mapped, first, ReadFooter(path, first, lengthBytes, fetch));
        }
        catch
        {
            if (first is not null)
                mapped!.ReleasePointer();
            mapped?.Dispose();
            throw;
        }
    }

    private static Footer ReadFooter(string path, byte* first, long length, Action<long, long>? fetch)
    {
        fetch?.Invoke(length - TailBytes, length);
        ReadOnlySpan<byte> tail = new(first + length - TailBytes, TailBytes);
        long footerBytes = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual(PlainParquetWriter.Magic))
            throw new PlainParquetException(path, "it does not end as a Parquet file does; it may be cut off");
        if (footerBytes is <= 0 or > MostFooterBytes || footerBytes > length - TailBytes - PlainParquetWriter.Magic.Length)
            throw new PlainParquetException(path, $"a footer of {footerBytes} bytes cannot be");
        long dataEnd = length - TailBytes - footerBytes;
        fetch?.Invoke(dataEnd, length);
        Footer found = FooterReading.Read(new ReadOnlySpan<byte>(first + dataEnd, (int)footerBytes), path);
        foreach (ColumnChunk chunk in found.Chunks)
            if (chunk.PageOffset < PlainParquetWriter.Magic.Length || chunk.ChunkBytes <= 0 || chunk.PageOffset > dataEnd
                || chunk.ChunkBytes > dataEnd - chunk.PageOffset)
                throw new PlainParquetException(path,
                    $"a column chunk of {chunk.ChunkBytes} bytes at {chunk.PageOffset} does not lie within the file");
        return found;
    }

    /// <summary>Whether the file is as it was when it was opened, by its length and the time of its last change.</summary>
    /// <remarks>Of a file that is fetched in parts nothing is known: the parts change it.</remarks>
    public bool IsUnchanged => fetch is not null || (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file)) == stamp;

    /// <summary>The number of a column; -1 where there is none of that name and type.</summary>
    public int Find(string name, ParquetType type) => FindIn(footer.Columns, name, type);

    private static int FindIn(ParquetColumn[] columns, string name, ParquetType type)
    {
        int at = columns.Length - 1;
        while (at >= 0 && (columns[at].Name != name || columns[at].Type != type))
            at--;
        return at;
    }

    /// <summary>Rows of a row group.</summary>
    public int RowsOf(int group) => footer.GroupRows[group];

    /// <summary>The least and the greatest value of an integer column in a row group; null where the file doesn't say.</summary>
    public (long Min, long Max)? RangeOf(int group, int column) =>
        footer.Chunks[(group * footer.Columns.Length) + column] is { Min: var min, Max: var max } && min <= max ? (min, max) : null;

    /// <summary>The least and the greatest value of a text column in a row group, in UTF-8; null where the file doesn't say.</summary>
    public (byte[] Min, byte[] Max)? TextRangeOf(int group, int column) =>
        footer.Chunks[(group * footer.Columns.Length) + column] is { MinText: { } min, MaxText: { } max } ? (min, max) : null;

    /// <summary>The values of a column in a row group, as they lie in the file.</summary>
    /// <exception cref="PlainParquetException">The page is not what the footer says.</exception>
    public ReadOnlySpan<byte> Bytes(int group, int column)
    {
        int chunk = (group * footer.Columns.Length) + column;
        nint address = Volatile.Read(ref values[chunk]);
        if (address == 0)
            Volatile.Write(ref values[chunk], address = Locate(group, column));
        return new ReadOnlySpan<byte>((void*)address,
            (int)(footer.Chunks[chunk].PageOffset + footer.Chunks[chunk].ChunkBytes - (address - (nint)start)));
    }

    /// <summary>The values of a column of numbers in a row group.</summary>
    /// <typeparam name="T">The column's type.</typeparam>
    /// <exception cref="PlainParquetException">The page is not what the footer says.</exception>
    public ReadOnlySpan<T> Values<T>(int group, int column) where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes(group, column));

    /// <summary>The bytes of a row group: the offset of the first one, and that behind the last one.</summary>
    public (long Start, long End) BytesOf(int group)
    {
        ColumnChunk first = footer.Chunks[group * footer.Columns.Length], last = footer.Chunks[((group + 1) * footer.Columns.Length) - 1];
        return (first.PageOffset, last.PageOffset + last.ChunkBytes);
    }

    /// <summary>Reads a row group from the disk, once, where the file is not in the system's cache.</summary>
    /// <remarks>
    /// By plain reads without a gap: the system then reads ahead, and its cache holds the file in large pages, which cost little to map,
    /// now and in every later process (a match of ten million
    /// rows a side takes a fifth less time). To ask for a range by madvise or posix_fadvise gives single pages, and so does every new
    /// beginning: a group that has come ahead is read all the same
    /// while what lies farther ahead has not. What is in the cache is best mapped as it is touched.
    /// </remarks>
    /// <exception cref="IOException">The disk does not give it.</exception>
    public void BringIn(int group)
    {
        if (isBroughtIn[group])
            return;
        (long start, long end) = BytesOf(group);
        fetch?.Invoke(start, end); // also by a thread that comes while another one waits for it
        isBroughtIn[group] = true;
        if (fetch is not null)
            return;
        long farAhead = Math.Min(end + BeyondReadAhead, footer.Chunks[^1].PageOffset);
        if (!MemoryAdvice.IsOnDisk((nint)this.start + (nint)end - 1) && !MemoryAdvice.IsOnDisk((nint)this.start + (nint)farAhead))
            return;
        byte[] nowhere = ArrayPool<byte>.Shared.Rent(BytesOfRead);
        for (long at = start; at < end; at += nowhere.Length)
            _ = RandomAccess.Read(file, nowhere.AsSpan(0, (int)Math.Min(nowhere.Length, end - at)), at);
        ArrayPool<byte>.Shared.Return(nowhere);
    }

    /// <summary>Forgets where the pages of a row group are, after its bytes were fetched again.</summary>
    public void Forget(int group)
    {
        for (int chunk = group * footer.Columns.Length; chunk < (group + 1) * footer.Columns.Length; chunk++)
            Volatile.Write(ref values[chunk], 0);
    }

    /// <summary>Gives the memory of all row groups before one back; they can still be read.</summary>
    public void ReleaseBefore(int group)
    {
        if (group > 0)
            MemoryAdvice.DontNeed((nint)start,
                (group < GroupCount ? footer.Chunks[group * footer.Columns.Length].PageOffset : footer.Chunks[^1].PageOffset)
                    & ~(Environment.SystemPageSize - 1L));
    }

    private nint Locate(int group, int column)
    {
        ColumnChunk chunk = footer.Chunks[(group * footer.Columns.Length) + column];
        ReadOnlySpan<byte> head = new(start + chunk.PageOffset, (int)Math.Min(chunk.ChunkBytes, LongestPageHead));
        int headBytes = FooterReading.ReadPageHead(head, Path, RowsOf(group), chunk.ChunkBytes);
        ParquetColumn type = footer.Columns[column];
        if (type.ValueBytes > 0 && chunk.ChunkBytes - headBytes != (long)type.ValueBytes * RowsOf(group))
            throw new PlainParquetException(Path,
                $"column '{type.Name}' of row group {group} has {chunk.ChunkBytes - headBytes} bytes for {RowsOf(group)} values");
        if (chunk.ChunkBytes - headBytes > int.MaxValue)
            throw new PlainParquetException(Path, $"column '{type.Name}' of row group {group} has a page of more than 2 GiB");
        return (nint)(start + chunk.PageOffset + headBytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (view.IsClosed)
            return;
        view.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
