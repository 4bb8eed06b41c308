namespace Pile.CrossMatch;

internal sealed partial class MatchRun
{
    private MatchTasks? tasks;

    /// <summary>Runs one of several tasks: writes the pairs of its share of the rows of A, unless they are already written.</summary>
    /// <returns>The number of pairs; null if the part existed.</returns>
    internal static async Task<long?> RunTaskAsync(MatchSide a, MatchSide? b, CrossMatchOptions options, PartFolder folder,
        MatchShare share, CancellationToken cancellationToken)
    {
        using MatchWorkspace workspace = new(options.Workers, options.MemoryBytes, options.KeptBytes);
        using MatchRun run = await OpenAsync(a, b, options, workspace, isShare: true, cancellationToken).ConfigureAwait(false);
        run.tasks = await MatchTasks.OfShareAsync(share, run.request, run.sides, cancellationToken).ConfigureAwait(false);
        if (folder.Has(share, run.tasks.Identity))
            return null;
        if (run.tasks.RowsOfShare > 0)
            await run.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => folder.Write(share, run.tasks, part => run.Guard(() =>
        {
            if (run.tasks.RowsOfShare > 0)
                run.WithPipeline(pipeline => { pipeline.Collect(part, cancellationToken); return true; }, cancellationToken);
            run.EndAsync(cancellationToken).GetAwaiter().GetResult();
            return true;
        })), cancellationToken).ConfigureAwait(false);
    }
}
