using System.Collections.Immutable;
using System.Text.Json;
using Pile.Format;
using Pile.Writing.Staging;

namespace Pile.Writing.Spill;

/// <summary>The records of the units that one process has completed, as lines of JSON, and their layouts, each before the first unit that
/// has it.</summary>
/// <remarks>A line is written when the unit is complete. One that was cut off by a crash or a full disk is ignored.</remarks>
internal sealed class UnitJournal(string path) : IDisposable
{
    /// <summary>The end of the names of journals. It changes with their layout and that of the files of values, so that a build
    /// resumed by another version of the program reads the units again.</summary>
    internal const string Extension = ".units2";

    private readonly Lock writing = new();
    private readonly SpillFile file = new(path + Extension);
    private readonly Dictionary<RowLayout, int> numbers = [];

    /// <summary>Appends the record of a unit whose files are written. May be called from any thread.</summary>
    internal void Append(UnitRecord record)
    {
        lock (writing)
            Write(new JournalLine { Unit = record with { LayoutNumbers = [.. record.Layouts.Select(NumberOf)] } });
    }

    /// <summary>Reads the records of a journal, in the order in which they were written.</summary>
    internal static IEnumerable<UnitRecord> Read(string path)
    {
        Dictionary<int, RowLayout> layouts = [];
        using FileStream journal = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite); // another task may be writing it
        using StreamReader lines = new(journal);
        while (lines.ReadLine() is { } text)
            if (Parse(text) is not { } line)
                continue;
            else if (line.Layout is { } columns)
                layouts[line.LayoutNumber] = new RowLayout(columns);
            else if (line.Unit is { } unit && unit.LayoutNumbers.All(layouts.ContainsKey))
                yield return unit with
                {
                    Layouts = [.. unit.LayoutNumbers.Select(number => layouts[number])],
                    Referenced = unit.OfWindows is { } files ? ReferencedFiles.Of(files) : null,
                };
    }

    public void Dispose() => file.Dispose();

    private int NumberOf(RowLayout layout)
    {
        if (numbers.TryGetValue(layout, out int number))
            return number;
        number = numbers.Count;
        Write(new JournalLine { Layout = layout.Columns, LayoutNumber = number });
        numbers.Add(layout, number);
        return number;
    }

    private void Write(JournalLine line) =>
        file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, StagingJson.Default.JournalLine), (byte)'\n']);

    private static JournalLine? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, StagingJson.Default.JournalLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A line of a <see cref="UnitJournal"/>: a unit, or a layout.</summary>
internal sealed record JournalLine
{
    public UnitRecord? Unit { get; init; }

    public ImmutableArray<ColumnSchema>? Layout { get; init; }

    public int LayoutNumber { get; init; }
}
