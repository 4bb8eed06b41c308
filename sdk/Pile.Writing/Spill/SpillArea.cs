using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Pile.Writing.Staging;

namespace Pile.Writing.Spill;

/// <summary>The spills of all units of a build.</summary>
internal sealed class SpillArea
{
    private readonly string path;
    private readonly ConcurrentDictionary<string, UnitRecord?> units = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, UnitRecord> inherited = new(StringComparer.Ordinal);
    private readonly int stride;
    private int lastNumber;

    /// <summary>Loads the complete units of an earlier build, and deletes incomplete ones, which another task may be writing.</summary>
    internal SpillArea(string path, (int Index, int Count)? task)
    {
        this.path = path;
        (int first, stride) = (task?.Index ?? 0, task?.Count ?? 1);
        HashSet<int> numbers = [];
        int next = 0;
        foreach (string folder in Directory.GetDirectories(path))
        {
            // Tasks number their units without knowing of each other; two units of one number, from tasks with other shares, are not kept.
            if (UnitRecord.Load(folder) is { } record && folder == FolderOf(record.UnitId) && numbers.Add(record.Number))
            {
                units[record.UnitId] = inherited[record.UnitId] = record;
                next = Math.Max(next, record.Number + 1);
            }
            else if (task is null)
                Directory.Delete(folder, recursive: true);
        }
        lastNumber = first + (((next - first + stride - 1) / stride) * stride) - stride;
    }

    /// <summary>The complete units, in the ordinal order of their ids.</summary>
    internal IReadOnlyList<UnitRecord> Complete => [.. units.Values.OfType<UnitRecord>().OrderBy(u => u.UnitId, StringComparer.Ordinal)];

    /// <summary>The number of units that were begun and are not complete.</summary>
    internal int OpenCount => units.Values.Count(record => record is null);

    internal UnitRecord? Find(string unitId) => units.GetValueOrDefault(unitId);

    /// <summary>Marks a unit of the earlier build as part of this one.</summary>
    internal void Claim(string unitId) => inherited.TryRemove(unitId, out _);

    /// <summary>Removes the units of the earlier build that were not claimed: their source is not part of this build.</summary>
    internal void DropUnclaimed()
    {
        foreach (string unitId in inherited.Keys)
            DropInherited(unitId);
    }

    /// <summary>Opens the folder of a new unit.</summary>
    /// <exception cref="ArgumentException">The unit was begun before.</exception>
    internal (string Folder, int Number) Begin(string unitId)
    {
        DropInherited(unitId); // read again: its files have changed
        if (!units.TryAdd(unitId, null))
            throw new ArgumentException($"The unit '{unitId}' was begun already. Use IsComplete to skip complete units.", nameof(unitId));
        string folder = FolderOf(unitId);
        StagingFolder.DeleteFolder(folder); // of a task that was killed
        Directory.CreateDirectory(folder);
        return (folder, Interlocked.Add(ref lastNumber, stride));
    }

    internal void Keep(UnitRecord record)
    {
        record.Save(FolderOf(record.UnitId));
        units[record.UnitId] = record;
    }

    /// <summary>Removes a unit that will not be completed, so that it may be begun again.</summary>
    internal void Abandon(string unitId)
    {
        StagingFolder.DeleteFolder(FolderOf(unitId));
        units.TryRemove(unitId, out _);
    }

    private void DropInherited(string unitId)
    {
        if (inherited.TryRemove(unitId, out _))
            Abandon(unitId);
    }

    /// <summary>Returns the folder of a unit. Ids are arbitrary text, so the folder's name is a hash.</summary>
    internal string FolderOf(string unitId) =>
        Path.Combine(path, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(unitId)).AsSpan(0, 16)));
}
