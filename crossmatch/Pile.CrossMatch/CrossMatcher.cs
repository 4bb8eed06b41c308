using System.Runtime.CompilerServices;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>Matches two sides by position: exact at poles, at RA 0/360 and across every border, for any radius.</summary>
/// <remarks>Rows are sorted and joined within the memory given; 24 bytes a row for positions, and the rows of the one side that the other
/// cannot reach are not read.
/// The same rows in any order, with any number of workers, give the same result.</remarks>
public static class CrossMatcher
{
    /// <summary>Compiles the loops of a match on a core that has nothing to do yet, before a match is run.</summary>
    /// <remarks>A process for one match of a million rows spends most of its time compiling.</remarks>
    internal static void Prewarm()
    {
        if (Environment.ProcessorCount > 1)
            CompilingAhead.Start();
    }

    /// <summary>Finds the pairs of two sides.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="cancellationToken">Ends the match and leaves nothing behind.</param>
    /// <returns>The result, to be disposed.</returns>
    /// <exception cref="ArgumentException">The options contradict themselves, a column is missing, an SQL condition is none, or the memory
    /// does not suffice.</exception>
    /// <exception cref="Format.PileException">A side cannot be read, changes while it is read, or a position is out of range.</exception>
    public static Task<MatchTable> MatchAsync(MatchSide a, MatchSide b, CrossMatchOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(b);
        return MatchRun.RunAsync(a, b, options, cancellationToken);
    }

    /// <summary>Finds the pairs of a side with itself: two rows are one pair, and no row is its own partner. The nearest of a row may have
    /// another nearest, so those are pairs from each row's view.</summary>
    /// <param name="a">The side.</param>
    /// <param name="options">What is asked; the joins are inner, left and anti.</param>
    /// <param name="cancellationToken">Ends the match and leaves nothing behind.</param>
    /// <returns>The result, to be disposed.</returns>
    /// <inheritdoc cref="MatchAsync"/>
    public static Task<MatchTable> MatchSelfAsync(MatchSide a, CrossMatchOptions options, CancellationToken cancellationToken = default) =>
        MatchRun.RunAsync(a, null, options, cancellationToken);

    /// <summary>Finds the pairs of two sides, or of a side with itself, and writes them into a table.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other; null for the side with itself.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="path">The table: its ending selects the format, as of <see cref="TableWriter"/>.</param>
    /// <param name="overwrite">Whether a file at <paramref name="path"/> is replaced, once the new one is complete.</param>
    /// <param name="cancellationToken">Stops the match; an existing file stays as it is.</param>
    /// <exception cref="OutputExistsException">The file exists, and <paramref name="overwrite"/> is false.</exception>
    /// <exception cref="OutputUnwritableException">The file cannot be written.</exception>
    /// <inheritdoc cref="MatchAsync"/>
    public static async Task<MatchSummary> MatchToFileAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, string path,
        bool overwrite = false, CancellationToken cancellationToken = default)
    {
        TableWriter.RequireTablePath(path);
        if (File.Exists(path) && !overwrite)
        {
            // Mistakes in the options first: they would still be there once the file is gone.
            await CheckAsync(a, b, options, cancellationToken).ConfigureAwait(false);
            throw new OutputExistsException(path, "Remove it, write to another name, or allow it to be overwritten");
        }
        string? parquetPath = path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? path : null;
        (MatchSummary? written, MatchTable? table) =
            await MatchRun.RunAsync(a, b, options, parquetPath, overwrite, cancellationToken).ConfigureAwait(false);
        if (written is not null)
            return written;
        using MatchTable matched = table!;
        await TableWriter.WriteAsync(path, matched.Columns, ReportedAsync(matched, options.Progress, cancellationToken),
            new TableWriteOptions { About = matched.About, Overwrite = overwrite }, cancellationToken).ConfigureAwait(false);
        return matched.Summary;
    }

    /// <summary>Checks a match without reading rows: whether the options agree with each other and with the columns of the sides, and
    /// whether the conditions are valid.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other; null for the side with itself.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The options contradict themselves, a column is missing, or an SQL condition is not
    /// valid.</exception>
    public static async Task CheckAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, CancellationToken cancellationToken = default)
    {
        using MatchWorkspace work = new(options.Workers, options.MemoryBytes);
        await MatchQuestion.Of(a, b, options with { OnMessage = null }, work).CheckAsync(work, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says what a match will read and do. Nothing but lists of files and the footers of tiles is read for it.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other; null for the side with itself.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal static async Task<MatchPlan> ExplainAsync(MatchSide a, MatchSide? b, CrossMatchOptions options,
        CancellationToken cancellationToken = default)
    {
        using MatchWorkspace work = new(options.Workers, options.MemoryBytes);
        MatchQuestion question = MatchQuestion.Of(a, b, options, work);
        (HealpixRanges? reachA, HealpixRanges? reachB) = await question.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false);
        SidePlan planA = await a.PlanAsync(question.NeedsA.All, reachA, cancellationToken).ConfigureAwait(false);
        SidePlan planB = b is null ? planA : await b.PlanAsync(question.NeedsB.All, reachB, cancellationToken).ConfigureAwait(false);
        return new MatchPlan(planA, planB, question.RadiusArcsec,
            await MatchStages.ListAsync(question, planA, planB, cancellationToken).ConfigureAwait(false));
    }

    private static async IAsyncEnumerable<RowBatch> ReportedAsync(MatchTable matched, IProgress<PhaseProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long done = 0;
        await foreach (RowBatch batch in matched.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            progress?.Report(new PhaseProgress("write", done += batch.RowCount, matched.RowCount));
            yield return batch;
        }
    }
}
