using System.Globalization;
using Pile.Builders;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>Counts what the units of an archive have, to report an archive without rows. Thread-safe.</summary>
internal sealed class AdoptCounts
{
    private readonly Lock adding = new();
    // Reasons that differ in numbers alone are one cause.
    private readonly Dictionary<string, (long Rows, SkippedRow First)> causes = new(StringComparer.Ordinal);
    private long rows;
    private string? firstFile;

    internal void AddRows(int rowCount) => Interlocked.Add(ref rows, rowCount);

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
            string cause = string.Concat(row.Reason.Where(c => !char.IsAsciiDigit(c) && c is not ('.' or '-')));
            causes[cause] = causes.TryGetValue(cause, out (long Rows, SkippedRow First) known) ? known with { Rows = known.Rows + 1 }
                : (1, row);
        }
    }

    /// <summary>Requires a row: without one, the columns are unknown or the dataset is useless.</summary>
    /// <param name="archive">The archive, whose first unit names it if it has no file.</param>
    /// <exception cref="SourceUnreadableException">There is no row.</exception>
    internal void RequireRows(IArchive archive)
    {
        if (rows > 0)
            return;
        string skipped = "";
        if (causes.Count > 0)
        {
            (long most, SkippedRow first) = causes.Values.MaxBy(cause => cause.Rows);
            long all = causes.Values.Sum(cause => cause.Rows);
            skipped = string.Create(CultureInfo.InvariantCulture, $"; {all} were skipped, {(most == all ? "" : $"{most} of them ")}such as "
                + $"'{first.File}'{(first.Row is { } row ? $", row {row}" : "")}: {first.Reason.TrimEnd('.')}");
        }
        throw new SourceUnreadableException($"'{firstFile ?? archive.Units[0]}'", "there is no row" + skipped,
            archive.RemedyWithoutRows);
    }
}
