using System.Text.Json;
using Pile.Writing.Staging;

namespace Pile.Writing.Spill;

/// <summary>The records of the units that one process has completed, as lines of JSON.</summary>
/// <remarks>A line is written when the unit is complete. One that was cut off by a crash or a full disk is ignored.</remarks>
internal sealed class UnitJournal(string path) : IDisposable
{
    /// <summary>The end of the names of journals. It changes with their layout, so that a build resumed by another version of the program
    /// reads the units again.</summary>
    internal const string Extension = ".units";

    private readonly Lock writing = new();
    private readonly SpillFile file = new(path + Extension);

    /// <summary>Appends the record of a unit whose files are written. May be called from any thread.</summary>
    internal void Append(UnitRecord record)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, StagingJson.Default.UnitRecord), (byte)'\n'];
        lock (writing)
            file.Write(line);
    }

    /// <summary>Reads the records of a journal, in the order in which they were written.</summary>
    internal static IEnumerable<UnitRecord> Read(string path)
    {
        foreach (string line in File.ReadLines(path))
            if (Parse(line) is { } record)
                yield return record;
    }

    public void Dispose() => file.Dispose();

    private static UnitRecord? Parse(string line)
    {
        try
        {
            UnitRecord? record = JsonSerializer.Deserialize(line, StagingJson.Default.UnitRecord);
            return record is { OfWindows: { } files } ? record with { Referenced = ReferencedFiles.Of(files) } : record;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
