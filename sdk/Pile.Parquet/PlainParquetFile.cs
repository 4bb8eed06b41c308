using System.Buffers;
using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Parquet;

/// <summary>A Parquet file whose pages are plain arrays, mapped into memory: values are read without copying.</summary>
/// <remarks>
/// Supports the files of <see cref="PlainParquetWriter"/>, and all others of required, uncompressed columns with one plain page per column
/// of a row group. Spans are valid until the file is closed. Thread-safe.
/// </remarks>
internal sealed unsafe class PlainParquetFile : IDisposable
{
    private const int TailBytes = 8, MaxPageHeadBytes = 4096, BytesOfRead = 1 << 17, BeyondReadAhead = 32 << 20, MaxFooterBytes = 1 << 28;

    private readonly SafeFileHandle file;
    private readonly SafeMemoryMappedViewHandle view;
    private readonly byte* start;
    private readonly Footer footer;
    private readonly (long Length, DateTime Written) stamp;
    private readonly nint[] values; // 0 until the header of the page has been read
    private readonly bool[] isPrefetched; // only avoids reading twice
    private readonly Action<long, long>? fetch;

    private PlainParquetFile(string path, SafeFileHandle file, long length, Action<long, long>? fetch, SafeMemoryMappedViewHandle view,
        byte* start, Footer footer)
    {
        (Path, this.file, this.fetch, this.view, this.footer) = (path, file, fetch, view, footer);
        this.start = start;
        stamp = (length, File.GetLastWriteTimeUtc(file));
        values = new nint[footer.Chunks.Length];
        isPrefetched = new bool[footer.GroupRows.Length];
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The length of the file.</summary>
    public long LengthBytes => stamp.Length;

    /// <summary>The columns.</summary>
    public IReadOnlyList<ParquetColumn> Columns => footer.Columns;

    /// <summary>The total number of rows.</summary>
    public long RowCount => footer.RowCount;

    /// <summary>The number of row groups.</summary>
    public int GroupCount => footer.GroupRows.Length;

    /// <summary>The key-value metadata of the footer.</summary>
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
    /// <exception cref="PlainParquetException">The file has another layout or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
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

    /// <summary>Maps a file whose parts are fetched on demand.</summary>
    /// <param name="path">The path for messages.</param>
    /// <param name="file">The file, which is closed with this instance.</param>
    /// <param name="lengthBytes">The length of the file.</param>
    /// <param name="fetch">Fetches the bytes from one offset up to another and then returns; called from any thread.</param>
    /// <inheritdoc cref="Open(string)"/>
    internal static PlainParquetFile Open(string path, SafeFileHandle file, long lengthBytes, Action<long, long>? fetch)
    {
        SafeMemoryMappedViewHandle? mapped = null;
        byte* first = null;
        try
        {
            if (lengthBytes < PlainParquetWriter.Magic.Length + TailBytes)
                throw new PlainParquetException(path, $"a file of {lengthBytes} bytes is too short for a Parquet file");
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
            throw new PlainParquetException(path, "it does not end like a Parquet file; it may be truncated");
        if (footerBytes is <= 0 or > MaxFooterBytes || footerBytes > length - TailBytes - PlainParquetWriter.Magic.Length)
            throw new PlainParquetException(path, $"the length of the footer, {footerBytes} bytes, is not valid");
        long dataEnd = length - TailBytes - footerBytes;
        fetch?.Invoke(dataEnd, length);
        Footer found = FooterReading.Read(new ReadOnlySpan<byte>(first + dataEnd, (int)footerBytes), path);
        foreach (ColumnChunk chunk in found.Chunks)
            if (chunk.PageOffset < PlainParquetWriter.Magic.Length || chunk.ChunkBytes <= 0 || chunk.PageOffset > dataEnd
                || chunk.ChunkBytes > dataEnd - chunk.PageOffset)
                throw new PlainParquetException(path,
                    $"a column chunk of {chunk.ChunkBytes} bytes at {chunk.PageOffset} is not within the file");
        return found;
    }

    /// <summary>Whether the length and the time of the last change of the file are the same as when it was opened.</summary>
    /// <remarks>Always true for a file that is fetched in parts, because each part changes it.</remarks>
    public bool IsUnchanged => fetch is not null || (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file)) == stamp;

    /// <summary>Returns the number of the column with this name and type, or -1.</summary>
    public int Find(string name, ParquetType type) => FindIn(footer.Columns, name, type);

    private static int FindIn(ParquetColumn[] columns, string name, ParquetType type)
    {
        int at = columns.Length - 1;
        while (at >= 0 && (columns[at].Name != name || columns[at].Type != type))
            at--;
        return at;
    }

    /// <summary>Returns the number of rows of a row group.</summary>
    public int RowsOf(int group) => footer.GroupRows[group];

    /// <summary>Returns the smallest and the largest value of an integer
    /// column in a row group; null if the file has no statistics.</summary>
    public (long Min, long Max)? RangeOf(int group, int column) =>
        footer.Chunks[(group * footer.Columns.Length) + column] is { Min: var min, Max: var max } && min <= max ? (min, max) : null;

    /// <summary>Returns the smallest and the largest value of a text column in
    /// a row group, in UTF-8; null if the file has no statistics.</summary>
    public (byte[] Min, byte[] Max)? TextRangeOf(int group, int column) =>
        footer.Chunks[(group * footer.Columns.Length) + column] is { MinText: { } min, MaxText: { } max } ? (min, max) : null;

    /// <summary>Returns the values of a column in a row group, as stored in the file.</summary>
    /// <exception cref="PlainParquetException">The page does not match the footer.</exception>
    public ReadOnlySpan<byte> Bytes(int group, int column)
    {
        int chunk = (group * footer.Columns.Length) + column;
        nint address = Volatile.Read(ref values[chunk]);
        if (address == 0)
            Volatile.Write(ref values[chunk], address = Locate(group, column));
        return new ReadOnlySpan<byte>((void*)address,
            (int)(footer.Chunks[chunk].PageOffset + footer.Chunks[chunk].ChunkBytes - (address - (nint)start)));
    }

    /// <summary>Returns the values of a numeric column in a row group.</summary>
    /// <typeparam name="T">The column's type.</typeparam>
    /// <exception cref="PlainParquetException">The page does not match the footer.</exception>
    public ReadOnlySpan<T> Values<T>(int group, int column) where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes(group, column));

    /// <summary>Returns the range of a row group in the file: the offset of its first byte, and of the byte after its last one.</summary>
    public (long Start, long End) BytesOf(int group)
    {
        ColumnChunk first = footer.Chunks[group * footer.Columns.Length], last = footer.Chunks[((group + 1) * footer.Columns.Length) - 1];
        return (first.PageOffset, last.PageOffset + last.ChunkBytes);
    }

    /// <summary>Reads a row group from the disk, once, if the file is not in the page cache.</summary>
    /// <remarks>
    /// The group is read sequentially, so that the system reads ahead and caches the file in large pages, which are cheap to map in this
    /// and later processes (a match of ten million rows per side takes a fifth less time). Requests by madvise or posix_fadvise, and reads
    /// that start anew, give single pages; a group that was read ahead is therefore read as well unless the data farther ahead is cached.
    /// A cached group is mapped on access.
    /// </remarks>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public void Prefetch(int group)
    {
        if (isPrefetched[group])
            return;
        (long start, long end) = BytesOf(group);
        fetch?.Invoke(start, end); // also called by a thread that arrives while another one waits for it
        isPrefetched[group] = true;
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

    /// <summary>Discards the cached positions of the pages of a row group, after its bytes have been fetched again.</summary>
    public void ResetPages(int group)
    {
        for (int chunk = group * footer.Columns.Length; chunk < (group + 1) * footer.Columns.Length; chunk++)
            Volatile.Write(ref values[chunk], 0);
    }

    /// <summary>Releases the memory of all row groups before one; they can still be read.</summary>
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
        ReadOnlySpan<byte> head = new(start + chunk.PageOffset, (int)Math.Min(chunk.ChunkBytes, MaxPageHeadBytes));
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
