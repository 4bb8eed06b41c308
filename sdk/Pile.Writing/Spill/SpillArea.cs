using System.Collections.Concurrent;
using System.Globalization;
using Pile.Writing.Staging;

namespace Pile.Writing.Spill;

/// <summary>The spills of all units of a build.</summary>
/// <remarks>Each process has a journal of the units that it has completed, and lanes for their rows. Their names begin with a number, so
/// that a unit that was read again replaces its earlier record, and with one that no other task has.</remarks>
internal sealed class SpillArea : IDisposable
{
    private readonly string path, prefix;
    private readonly ConcurrentDictionary<string, UnitRecord?> units = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, UnitRecord> inherited = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RowLayout> layouts = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<SpillLane> freeLanes = [];
    private readonly UnitJournal journal;
    private int lastLane;

    /// <summary>Loads the complete units of an earlier build, and deletes what belongs to none; a task does not, because another one may
    /// be writing it.</summary>
    internal SpillArea(string path, bool isTask)
    {
        this.path = path;
        string[] journals = [.. Directory.GetFiles(path, $"*{UnitJournal.Extension}").Order(StringComparer.Ordinal)];
        Dictionary<string, UnitRecord> latest = new(StringComparer.Ordinal);
        foreach (UnitRecord record in journals.SelectMany(UnitJournal.Read))
            latest[record.UnitId] = record;
        Dictionary<string, long> lengths = LengthsOfLanes();
        foreach (UnitRecord record in latest.Values)
            if (record.Ranges.All(range => lengths.GetValueOrDefault(range.File) >= range.End))
                units[record.UnitId] = inherited[record.UnitId] = record;
        if (!isTask)
            DeleteUnused();
        prefix = Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{NumberAfter(journals):D6}-{Guid.NewGuid():N}"));
        journal = new UnitJournal(prefix);
    }

    /// <summary>The complete units, in the ordinal order of their ids.</summary>
    internal IReadOnlyList<UnitRecord> Complete => [.. units.Values.OfType<UnitRecord>().OrderBy(u => u.UnitId, StringComparer.Ordinal)];

    /// <summary>The number of units that were begun and are not complete.</summary>
    internal int OpenCount => units.Values.Count(record => record is null);

    internal UnitRecord? Find(string unitId) => units.GetValueOrDefault(unitId);

    /// <summary>Returns the path of a file of the spills.</summary>
    internal string PathOf(SpillRange range) => Path.Combine(path, range.File);

    /// <summary>Marks a unit of the earlier build as part of this one.</summary>
    internal void Claim(string unitId) => inherited.TryRemove(unitId, out _);

    /// <summary>The units of the earlier build that are not part of this one so far.</summary>
    internal IEnumerable<UnitRecord> Unclaimed => inherited.Values;

    /// <summary>Removes the units of the earlier build that were not claimed: their source is not part of this build.</summary>
    internal void DropUnclaimed()
    {
        foreach (string unitId in inherited.Keys)
            DropInherited(unitId);
    }

    /// <summary>Begins a unit.</summary>
    /// <exception cref="ArgumentException">The unit was begun before.</exception>
    internal void Begin(string unitId)
    {
        DropInherited(unitId); // read again: its files have changed
        if (!units.TryAdd(unitId, null))
            throw new ArgumentException($"The unit '{unitId}' was begun already. Use IsComplete to skip complete units.", nameof(unitId));
    }

    /// <summary>Takes a lane for one unit.</summary>
    internal SpillLane TakeLane()
    {
        if (!freeLanes.TryTake(out SpillLane? lane))
            lane = new SpillLane(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Interlocked.Increment(ref lastLane)}"));
        lane.Begin();
        return lane;
    }

    /// <summary>Gives a lane back after its unit.</summary>
    internal void Return(SpillLane lane) => freeLanes.Add(lane);

    /// <summary>Returns what was recorded of a layout, which equal ones share.</summary>
    internal RowLayout Share(SpillLayout layout) => layouts.GetOrAdd(layout.RecordedHash(), _ => new RowLayout(layout.Recorded()));

    internal void Keep(UnitRecord record)
    {
        journal.Append(record);
        units[record.UnitId] = record;
    }

    /// <summary>Removes a unit that will not be completed, so that it may be begun again.</summary>
    internal void Abandon(string unitId) => units.TryRemove(unitId, out _);

    /// <summary>Closes the files of this process: nothing more can be written, but the units can be read. No unit may be open.</summary>
    public void Dispose()
    {
        while (freeLanes.TryTake(out SpillLane? lane))
            lane.Dispose();
        journal.Dispose();
    }

    private void DropInherited(string unitId)
    {
        if (inherited.TryRemove(unitId, out _))
            Abandon(unitId);
    }

    private Dictionary<string, long> LengthsOfLanes() => new DirectoryInfo(path).GetFiles().Where(file => SpillLane.Is(file.Name))
        .ToDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal);

    private void DeleteUnused()
    {
        HashSet<string> used = [.. units.Values.OfType<UnitRecord>().SelectMany(unit => unit.Ranges).Select(PathOf)];
        foreach (string file in Directory.GetFiles(path).Where(SpillLane.Is))
            if (!used.Contains(file))
                File.Delete(file);
        foreach (string folder in Directory.GetDirectories(path)) // of an earlier version of the program
            StagingFolder.DeleteFolder(folder);
    }

    private static int NumberAfter(string[] journals) => journals.Length > 0
        && int.TryParse(Path.GetFileName(journals[^1]).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            ? last + 1 : 1;
}
