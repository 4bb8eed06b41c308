using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>Matches two sides by position. The match is exact at the poles, at RA 0/360 and for any radius.</summary>
/// <remarks>Rows are sorted and joined within the memory limit; positions need 24 bytes per row. Rows of one side that are too far from all
/// rows of the other are not read. The result does not depend on the order of the rows or the number of workers.</remarks>
public static class CrossMatcher
{
    /// <summary>Finds the pairs of two sides.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the match and removes its temporary files.</param>
    /// <returns>The result, which must be disposed.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, a column is missing, an SQL condition is not a valid
    /// expression, or the memory limit is too small.</exception>
    /// <exception cref="Format.PileException">A side is unreadable or changes during the match, or a position is out of range.</exception>
    public static Task<MatchTable> MatchAsync(MatchSide a, MatchSide b, CrossMatchOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return MatchRun.RunAsync(a, b, options, cancellationToken);
    }

    /// <summary>Finds the pairs of a side with itself.</summary>
    /// <remarks>Two rows are one pair, and a row is never its own partner. With <see cref="MatchFind.Nearest"/> each row has its own
    /// nearest partner, whose nearest row may be another one.</remarks>
    /// <param name="a">The side.</param>
    /// <param name="options">The options. Supported joins are inner, left and anti.</param>
    /// <param name="cancellationToken">Cancels the match and removes its temporary files.</param>
    /// <returns>The result, which must be disposed.</returns>
    /// <inheritdoc cref="MatchAsync"/>
    public static Task<MatchTable> MatchSelfAsync(MatchSide a, CrossMatchOptions options, CancellationToken cancellationToken = default) =>
        MatchRun.RunAsync(a, null, options, cancellationToken);

    /// <summary>Matches several sides. By default each side after A is matched with A, and the result has a row for each combination of
    /// partners of a row of A; with <see cref="MatchFind.Nearest"/> a row for each row of A. With <see cref="MatchFind.Groups"/>, pairs of
    /// any two sides connect rows to groups.</summary>
    /// <param name="sides">A, B, C, …: 2 to 17 sides.</param>
    /// <param name="options">The options. Supported joins are inner (rows of A with a partner in every side) and left.</param>
    /// <param name="cancellationToken">Cancels the match and removes its temporary files.</param>
    /// <returns>The result, which must be disposed. Columns are <c>a_object_id, b_object_id, c_object_id, …, ab_separation_arcsec,
    /// ac_separation_arcsec, …, a_ra, a_dec, b_ra, …</c>, then the additional columns; for groups <c>group_id, group_size, a_count, …,
    /// a_object_id, …, a_ra, …</c>, or those of <see cref="CrossMatchOptions.LongLayout"/>.</returns>
    /// <inheritdoc cref="MatchAsync"/>
    public static async Task<MatchTable> MatchManyAsync(IReadOnlyList<MatchSide> sides, CrossMatchOptions options,
        CancellationToken cancellationToken = default)
    {
        RequireSides(sides, options);
        return (await ManyMatch.RunAsync(sides, options, null, false, cancellationToken).ConfigureAwait(false)).Table!;
    }

    /// <summary>Matches several sides, and writes the result into a table.</summary>
    /// <param name="sides">A, B, C, …: 2 to 17 sides.</param>
    /// <param name="options">The options.</param>
    /// <param name="path">The table. Its extension selects the format, see <see cref="TableWriter"/>. It must not be a file of a
    /// side.</param>
    /// <param name="overwrite">True to replace a file at <paramref name="path"/> when the new one is complete.</param>
    /// <param name="cancellationToken">Cancels the match; an existing file is not changed.</param>
    /// <exception cref="OutputExistsException">The file exists, and <paramref name="overwrite"/> is false.</exception>
    /// <exception cref="PileException">The file cannot be written.</exception>
    /// <inheritdoc cref="MatchManyAsync"/>
    public static async Task<MatchSummary> MatchManyToFileAsync(IReadOnlyList<MatchSide> sides, CrossMatchOptions options, string path,
        bool overwrite = false, CancellationToken cancellationToken = default)
    {
        RequireSides(sides, options);
        TableWriter.RequireTablePath(path);
        InputFiles.RequireNone(path, sides, options);
        if (File.Exists(path) && !overwrite)
        {
            await ManyMatch.CheckAsync(sides, options, cancellationToken).ConfigureAwait(false);
            throw new OutputExistsException(path, "Remove it, choose another path, or set overwrite");
        }
        (MatchSummary? written, MatchTable? table) = await ManyMatch.RunAsync(sides, options,
            path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? path : null, overwrite, cancellationToken)
                .ConfigureAwait(false);
        return written ?? await WriteAsync(table!, options, path, overwrite, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the pairs of two sides, or of a side with itself, and writes them into a table.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side; null to match the side with itself.</param>
    /// <param name="options">The options.</param>
    /// <param name="path">The table. Its extension selects the format, see <see cref="TableWriter"/>. It must not be a file of a
    /// side.</param>
    /// <param name="overwrite">True to replace a file at <paramref name="path"/> when the new one is complete.</param>
    /// <param name="cancellationToken">Cancels the match; an existing file is not changed.</param>
    /// <exception cref="OutputExistsException">The file exists, and <paramref name="overwrite"/> is false.</exception>
    /// <exception cref="PileException">The file cannot be written.</exception>
    /// <inheritdoc cref="MatchAsync"/>
    public static async Task<MatchSummary> MatchToFileAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, string path,
        bool overwrite = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(options);
        TableWriter.RequireTablePath(path);
        InputFiles.RequireNone(path, [a, b], options);
        if (options.Nest)
            NestedRows.RequireLists(path);
        if (File.Exists(path) && !overwrite)
        {
            // Errors in the options are reported first, because they remain after the file is removed.
            await CheckAsync(a, b, options, cancellationToken).ConfigureAwait(false);
            throw new OutputExistsException(path, "Remove it, choose another path, or set overwrite");
        }
        return await WriteAsync(a, b, options, path, overwrite, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs one of several tasks of a match, in any order or in parallel, also on several machines with a common file
    /// system.</summary>
    /// <remarks>A task finds the pairs of a range of the sorted rows of A, and writes them to a part beside the output. A part that exists
    /// and belongs to the match is kept. <see cref="CommitTasksAsync"/> then writes the output.</remarks>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side; null to match the side with itself.</param>
    /// <param name="options">The options, the same for all tasks and the commit.</param>
    /// <param name="path">The table that the commit writes.</param>
    /// <param name="task">The number of the task, from 0.</param>
    /// <param name="taskCount">The number of tasks; at most 10,000.</param>
    /// <param name="cancellationToken">Cancels the task; no part is written.</param>
    /// <returns>The number of pairs of the part; null if it existed.</returns>
    /// <exception cref="PileException">The part cannot be written.</exception>
    /// <inheritdoc cref="MatchAsync"/>
    public static async Task<long?> RunTaskAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, string path, int task, int taskCount,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(options);
        TableWriter.RequireTablePath(path);
        InputFiles.RequireNone(path, [a, b], options);
        return await MatchRun.RunTaskAsync(a, b, options, new PartFolder(path), MatchShare.Of(task, taskCount), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Writes the output of a match whose tasks are done, with the bytes of <see cref="MatchToFileAsync"/>, and removes the
    /// parts.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side; null to match the side with itself.</param>
    /// <param name="options">The options.</param>
    /// <param name="path">The table.</param>
    /// <param name="overwrite">True to replace a file at <paramref name="path"/> when the new one is complete.</param>
    /// <param name="cancellationToken">Cancels the commit; an existing file and the parts are not changed.</param>
    /// <exception cref="SourceUnreadableException">A part is missing or damaged, or was made by another version or from other inputs or
    /// options. The message names it.</exception>
    /// <inheritdoc cref="MatchToFileAsync"/>
    public static async Task<MatchSummary> CommitTasksAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, string path,
        bool overwrite = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(options);
        TableWriter.RequireTablePath(path);
        InputFiles.RequireNone(path, [a, b], options);
        if (File.Exists(path) && !overwrite)
            throw new OutputExistsException(path, "Remove it, choose another path, or set overwrite");
        PartFolder parts = new(path);
        MatchSummary summary = await WriteAsync(a, b, options, path, overwrite, parts, cancellationToken).ConfigureAwait(false);
        parts.Remove();
        return summary;
    }

    private static void RequireSides(IReadOnlyList<MatchSide> sides, CrossMatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(sides);
        ArgumentNullException.ThrowIfNull(options);
        if (sides.Contains(null!))
            throw new ArgumentNullException(nameof(sides), "One of the sides is null.");
    }

    private static async Task<MatchSummary> WriteAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, string path, bool overwrite,
        PartFolder? commit, CancellationToken cancellationToken)
    {
        string? parquetPath = path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? path : null;
        (MatchSummary? written, MatchTable? table) =
            await MatchRun.RunAsync(a, b, options, parquetPath, overwrite, cancellationToken, commit).ConfigureAwait(false);
        return written ?? await WriteAsync(table!, options, path, overwrite, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<MatchSummary> WriteAsync(MatchTable table, CrossMatchOptions options, string path, bool overwrite,
        CancellationToken cancellationToken)
    {
        using MatchTable matched = table;
        await TableWriter.WriteAsync(path, matched.Columns, ReportedAsync(matched, options.Progress, cancellationToken),
            new TableWriteOptions { About = matched.About, Overwrite = overwrite, OnMessage = options.OnMessage }, cancellationToken)
                .ConfigureAwait(false);
        return matched.Summary;
    }

    /// <summary>Checks the options and conditions of a match against the columns of the sides, without reading rows.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side; null to match the side with itself.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">The options contradict each other, a column is missing, or an SQL condition is not
    /// valid.</exception>
    public static async Task CheckAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(options);
        using MatchWorkspace work = new(options.Workers, options.MemoryBytes);
        MatchRequest request = await MatchRequest.OfAsync(a, b, options with { OnMessage = null }, work, cancellationToken)
            .ConfigureAwait(false);
        await request.CheckAsync(work, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the plan of a match. Reads only lists of files and the footers of tiles.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other side; null to match the side with itself.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async Task<MatchPlan> ExplainAsync(MatchSide a, MatchSide? b, CrossMatchOptions options,
        CancellationToken cancellationToken = default)
    {
        using MatchWorkspace work = new(options.Workers, options.MemoryBytes);
        MatchRequest request = await MatchRequest.OfAsync(a, b, options, work, cancellationToken).ConfigureAwait(false);
        await request.CheckAsync(work, cancellationToken).ConfigureAwait(false);
        (HealpixRanges? reachA, HealpixRanges? reachB) = await request.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false);
        SidePlan planA = await a.PlanAsync(request.NeedsA.All, reachA, cancellationToken).ConfigureAwait(false);
        SidePlan planB = b is null ? planA : await b.PlanAsync(request.NeedsB.All, reachB, cancellationToken).ConfigureAwait(false);
        (SidePlan A, SidePlan B, MatchStage? Saved) inTime = await TimePlan.OfAsync(request, planA, planB, (reachA, reachB),
            cancellationToken).ConfigureAwait(false);
        List<MatchStage> stages = await MatchStages.ListAsync(request, inTime.A, inTime.B, cancellationToken).ConfigureAwait(false);
        return new MatchPlan(inTime.A, inTime.B, request.RadiusArcsec, inTime.Saved is { } saved ? [saved, .. stages] : stages);
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
