using Pile.Builders;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>Counts what the units of an archive have, to report an archive without rows. Thread-safe.</summary>
internal sealed class AdoptCounts
{
    private readonly Lock adding = new();
    private long batches, skipped;
    private string? firstFile;
    private SkippedRow? firstSkipped;

    internal void AddBatch() => Interlocked.Increment(ref batches);

    internal void AddFile(string uri)
    {
        lock (adding)
            if (firstFile is null || string.CompareOrdinal(uri, firstFile) < 0)
                firstFile = uri;
    }

    internal void AddSkipped(SkippedRow row)
    {
        lock (adding)
        {
            skipped++;
            firstSkipped ??= row;
        }
    }

    /// <summary>Requires a batch: without one, the columns are unknown.</summary>
    /// <param name="unit">The name of the first unit, for an archive without files.</param>
    /// <exception cref="SourceUnreadableException">There is no batch.</exception>
    internal void RequireRows(string unit)
    {
        if (batches == 0)
            throw new SourceUnreadableException($"'{firstFile ?? unit}'", "there is no row to adopt" + (firstSkipped is { } first
                ? $"; {skipped} were skipped, such as '{first.File}': {first.Reason.TrimEnd('.')}" : ""),
                "Name a folder or an archive that contains regular files");
    }
}
