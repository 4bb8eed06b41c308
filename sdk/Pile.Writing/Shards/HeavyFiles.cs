using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Shards;

/// <summary>Reads the values of rows that were excluded from sorting. Safe for concurrent use.</summary>
internal sealed class HeavyFiles : IDisposable
{
    /// <summary>The number of files that stay open; further ones are opened for each row, which costs about 10 µs.</summary>
    private const int MaxOpen = 500;

    /// <summary>The size of the CRC-32C that follows the texts and the facts of a row.</summary>
    internal const int ChecksumBytes = sizeof(uint);

    private readonly string[] paths;
    private readonly ConcurrentDictionary<string, Lazy<SafeFileHandle>> open = new(StringComparer.Ordinal);

    internal HeavyFiles(IEnumerable<UnitRecord> units, SpillArea area)
    {
        Dictionary<string, string> known = new(StringComparer.Ordinal);
        paths = [.. units.Select(unit =>
            CollectionsMarshal.GetValueRefOrAddDefault(known, unit.Pieces.File, out _) ??= area.PathOf(unit.Pieces))];
    }

    /// <summary>Reads the facts about the heavy values of a row, and returns the offset of the values.</summary>
    /// <exception cref="IOException">The file is shorter than its record states, or cannot be read.</exception>
    /// <exception cref="SourceUnreadableException">They are not those that were written.</exception>
    internal long ReadFacts(int unit, long offset, Span<SpilledPiece> pieces)
    {
        if (pieces.IsEmpty)
            return offset;
        Span<byte> facts = MemoryMarshal.AsBytes(pieces), bytes = stackalloc byte[facts.Length + ChecksumBytes];
        Read(unit, offset, bytes);
        Verified(unit, bytes).CopyTo(facts);
        return offset + bytes.Length;
    }

    /// <summary>Returns bytes without the CRC-32C that follows them.</summary>
    /// <exception cref="SourceUnreadableException">It is not theirs.</exception>
    internal ReadOnlySpan<byte> Verified(int unit, ReadOnlySpan<byte> bytes) =>
        Crc32C.Compute(bytes[..^ChecksumBytes]) == MemoryMarshal.Read<uint>(bytes[^ChecksumBytes..]) ? bytes[..^ChecksumBytes]
            : throw Damage(unit);

    /// <summary>Returns the error of values that are not those that were written.</summary>
    internal SourceUnreadableException Damage(int unit) => RowsFooter.Damaged(paths[unit]);

    /// <summary>Fills the destination from an offset of the file of a unit.</summary>
    /// <exception cref="IOException">The file is shorter than its record states, or cannot be read.</exception>
    internal void Read(int unit, long offset, Span<byte> destination)
    {
        if (destination.IsEmpty)
            return;
        string path = paths[unit];
        if (!open.TryGetValue(path, out Lazy<SafeFileHandle>? kept) && open.Count < MaxOpen) // counting takes locks
            kept = open.GetOrAdd(path, _ => new Lazy<SafeFileHandle>(() => File.OpenHandle(path)));
        if (kept is not null)
            Read(kept.Value, path, offset, destination);
        else
        {
            using SafeFileHandle once = File.OpenHandle(path);
            Read(once, path, offset, destination);
        }
    }

    public void Dispose()
    {
        foreach (Lazy<SafeFileHandle> handle in open.Values)
            handle.Value.Dispose();
    }

    private static void Read(SafeFileHandle handle, string path, long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
                throw new IOException($"'{path}' ends at byte {offset}, in the middle of a row.");
            destination = destination[read..];
            offset += read;
        }
    }
}
