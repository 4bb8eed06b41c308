using Pile.Writing.Spill;

namespace Pile.Writing.Commit;

/// <summary>Writes the dataset's list of everything that was skipped: whole units, then rows of the units in their order, then rows with
/// repeated ids.</summary>
internal static class SkippedTable
{
    private const int BufferBytes = 1 << 16;

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
            {
                list.Flush();
                Copy(area.PathOf(unit.Skipped), unit.Skipped, list.BaseStream);
            }
        repeats?.WriteTo(list);
        return count;
    }

    private static void Copy(string path, SpillRange range, Stream to)
    {
        using FileStream lines = File.OpenRead(path);
        lines.Position = range.Offset;
        byte[] buffer = new byte[Math.Min(range.Bytes, BufferBytes)];
        for (long left = range.Bytes; left > 0; left -= buffer.Length)
        {
            Span<byte> some = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            lines.ReadExactly(some);
            to.Write(some);
        }
    }
}
