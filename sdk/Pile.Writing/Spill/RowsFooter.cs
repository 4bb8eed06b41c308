using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The place, size and CRC-32C of each block of a <see cref="RowsFile"/>: unlike Parquet, it has nothing else to detect damage
/// by.</summary>
internal sealed class RowsFooter
{
    private const int EndBytes = 16; // the size of the footer, its CRC-32C, and the number of columns

    private readonly List<RowsBatch> batches = [];
    private readonly List<RowsBlock> blocks = [];

    internal IReadOnlyList<RowsBatch> Batches => batches;

    /// <summary>The number of blocks of a batch.</summary>
    private int ColumnCount => batches.Count == 0 ? 0 : blocks.Count / batches.Count;

    /// <summary>Adds a batch, whose blocks follow.</summary>
    internal void Begin(int rowCount, long offset) => batches.Add(new RowsBatch(offset, rowCount));

    /// <summary>Adds the next block of the batch.</summary>
    internal void Add(int bytes, uint crc32C) => blocks.Add(new RowsBlock(bytes, crc32C));

    /// <summary>Returns the blocks of a batch, one for each column.</summary>
    internal ReadOnlySpan<RowsBlock> BlocksOf(int batch) =>
        CollectionsMarshal.AsSpan(blocks).Slice(batch * ColumnCount, ColumnCount);

    internal void Save(IBufferWriter<byte> to)
    {
        ReadOnlySpan<byte> places = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(batches)),
            sizes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(blocks));
        to.Write(places);
        to.Write(sizes);
        Span<byte> end = to.GetSpan(EndBytes)[..EndBytes];
        BinaryPrimitives.WriteInt64LittleEndian(end, places.Length + sizes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end[8..], Crc32C.Append(Crc32C.Compute(places), sizes));
        BinaryPrimitives.WriteInt32LittleEndian(end[12..], ColumnCount);
        to.Advance(EndBytes);
    }

    /// <summary>Reads the footer of some rows.</summary>
    /// <param name="path">The path of the file, for messages.</param>
    /// <param name="file">The file.</param>
    /// <param name="place">The place of the rows in it.</param>
    /// <exception cref="SourceUnreadableException">The file was damaged, for example by a power failure.</exception>
    internal static RowsFooter Read(string path, SafeFileHandle file, SpillRange place)
    {
        RowsFooter footer = new();
        long length = place.Bytes;
        Span<byte> end = stackalloc byte[EndBytes];
        if (length < EndBytes || RandomAccess.Read(file, end, place.End - EndBytes) != EndBytes)
            throw Damaged(path);
        long bytes = BinaryPrimitives.ReadInt64LittleEndian(end);
        int columns = BinaryPrimitives.ReadInt32LittleEndian(end[12..]);
        int batchBytes = Unsafe.SizeOf<RowsBatch>() + (Math.Max(columns, 0) * Unsafe.SizeOf<RowsBlock>());
        if (bytes < 0 || bytes > length - EndBytes || columns < 0 || bytes % batchBytes != 0 || bytes > Array.MaxLength)
            throw Damaged(path);
        byte[] stored = new byte[bytes];
        if (RandomAccess.Read(file, stored, place.End - EndBytes - bytes) != stored.Length
            || Crc32C.Compute(stored) != BinaryPrimitives.ReadUInt32LittleEndian(end[8..]))
            throw Damaged(path);
        int count = (int)(bytes / batchBytes), placesBytes = count * Unsafe.SizeOf<RowsBatch>();
        footer.batches.AddRange(MemoryMarshal.Cast<byte, RowsBatch>(stored.AsSpan(0, placesBytes)));
        footer.blocks.AddRange(MemoryMarshal.Cast<byte, RowsBlock>(stored.AsSpan(placesBytes)));
        return footer;
    }

    internal static SourceUnreadableException Damaged(string path) =>
        new(path, "the rows of a unit have another CRC-32C than when they were written",
            "Build again without --resume, and check the disk");
}

/// <summary>A batch of a <see cref="RowsFile"/>.</summary>
/// <param name="Offset">The offset of its first block.</param>
/// <param name="RowCount">The number of rows.</param>
internal readonly record struct RowsBatch(long Offset, long RowCount);

/// <summary>The values of one column of a batch.</summary>
internal readonly record struct RowsBlock(int Bytes, uint Crc32C);
