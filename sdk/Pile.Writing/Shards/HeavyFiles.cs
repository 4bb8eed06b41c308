using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pile.Writing.Spill;

namespace Pile.Writing.Shards;

/// <summary>Reads rows from the units' heavy files. Safe for concurrent use.</summary>
internal sealed class HeavyFiles : IDisposable
{
    /// <summary>The number of files that stay open; those of further units are opened for each row, which costs about 10 µs.</summary>
    private const int MaxOpen = 500;

    private readonly Dictionary<int, string> paths = [];
    private readonly ConcurrentDictionary<int, Lazy<SafeFileHandle>> open = new();

    internal HeavyFiles(IEnumerable<UnitRecord> units, SpillArea area)
    {
        foreach (UnitRecord unit in units)
            paths[unit.Number] = Path.Combine(area.FolderOf(unit.UnitId), UnitRecord.HeavyFileName);
    }

    /// <summary>Reads the facts about the heavy values of a row, and returns the offset of the values.</summary>
    /// <exception cref="IOException">The file is shorter than its record states, or cannot be read.</exception>
    internal long ReadFacts(int unit, long offset, Span<SpilledPiece> pieces)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(pieces);
        Read(unit, offset, bytes);
        return offset + bytes.Length;
    }

    /// <summary>Returns the error of values that are not those that were written.</summary>
    internal IOException Damage(int unit) => new($"'{paths[unit]}' has changed since it was written.");

    /// <summary>Fills the destination from an offset of a unit's file.</summary>
    /// <exception cref="IOException">The file is shorter than its record states, or cannot be read.</exception>
    internal void Read(int unit, long offset, Span<byte> destination)
    {
        if (destination.IsEmpty)
            return;
        string path = paths[unit];
        if (!open.TryGetValue(unit, out Lazy<SafeFileHandle>? kept) && open.Count < MaxOpen) // counting takes locks
            kept = open.GetOrAdd(unit, _ => new Lazy<SafeFileHandle>(() => File.OpenHandle(path)));
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
