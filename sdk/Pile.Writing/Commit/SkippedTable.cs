using Pile.Writing.Spill;

namespace Pile.Writing.Commit;

/// <summary>Writes the dataset's list of everything that was skipped: whole units, then rows of the units in their order, then rows with
/// repeated ids.</summary>
internal static class SkippedTable
{
    /// <summary>Writes the list if anything was skipped.</summary>
    /// <returns>The number of rows; 0 if no file was written.</returns>
    internal static long Write(string path, IEnumerable<string> wholeUnits, IReadOnlyList<UnitRecord> units, SpillArea area,
        RepeatedIds? repeats)
    {
        string[] whole = [.. wholeUnits.Order(StringComparer.Ordinal)];
        long count = whole.Length + units.Sum(unit => unit.SkippedRows) + (repeats?.Count ?? 0);
        if (count == 0)
            return 0;
        using StreamWriter list = new(path) { NewLine = "\n" };
        list.WriteLine(SkippedRows.Header);
        foreach (string line in whole)
            list.WriteLine(line);
        foreach (UnitRecord unit in units)
            if (unit.SkippedRows > 0)
                foreach (string line in File.ReadLines(Path.Combine(area.FolderOf(unit.UnitId), SkippedRows.FileName)))
                    list.WriteLine(line);
        repeats?.WriteTo(list);
        return count;
    }
}
