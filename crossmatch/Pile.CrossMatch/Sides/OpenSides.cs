using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Opens both sides of a match: maps the positions of datasets, and loads all other rows.</summary>
internal sealed class OpenSides : IDisposable
{
    private const int LargeTimes = 10;

    private readonly MatchRequest request;
    private readonly MatchWorkspace work;
    private readonly MatchSide[] sides;
    private readonly PreparedSide?[] opened;
    private readonly PreparedSide?[] shared;

    private OpenSides(MatchRequest request, MatchWorkspace work, PreparedSide? sharedA, PreparedSide? sharedB)
    {
        (this.request, this.work) = (request, work);
        sides = request.IsSelf ? [request.A] : [request.A, request.B];
        shared = request.IsSelf ? [sharedA] : [sharedA, sharedB];
        opened = [.. shared];
    }

    internal PreparedSide A => opened[0]!;

    /// <summary>Side B; A in a self match.</summary>
    internal PreparedSide B => opened[^1]!;

    /// <summary>The identity of A before it was read.</summary>
    internal SideIdentity IdentityA { get; private set; } = null!;

    /// <summary>The identity of B before it was read.</summary>
    internal SideIdentity IdentityB { get; private set; } = null!;

    /// <summary>True if A was opened by another match, which read its columns and disposes it.</summary>
    internal bool HasSharedA => shared[0] is not null;

    /// <summary>True if B was opened by another match.</summary>
    internal bool HasSharedB => shared[^1] is not null;

    /// <summary>Opens both sides.</summary>
    /// <param name="request">The match.</param>
    /// <param name="work">The workspace.</param>
    /// <param name="isShare">True if only a share of the rows of A is matched.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="sharedA">A as opened by another match in the same workspace; null to open it.</param>
    /// <param name="sharedB">B as opened by another match.</param>
    /// <exception cref="Format.PileException">A side is unreadable, or a position is out of range.</exception>
    internal static async Task<OpenSides> OpenAsync(MatchRequest request, MatchWorkspace work, bool isShare,
        CancellationToken cancellationToken, PreparedSide? sharedA = null, PreparedSide? sharedB = null)
    {
        OpenSides all = new(request, work, sharedA, sharedB);
        try
        {
            bool[] areWhole = isShare ? [false, false] : await all.AreWholeAsync(cancellationToken).ConfigureAwait(false);
            await all.ForEachAsync(async i =>
                all.opened[i] ??= await MappedSide.TryOpenAsync(all.sides[i], work, areWhole[i], cancellationToken).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            await all.ForEachAsync(i => all.shared[i] is null ? all.sides[i].PrepareAsync(cancellationToken) : Task.CompletedTask,
                cancellationToken).ConfigureAwait(false);
            (all.IdentityA, all.IdentityB) = await IdentifyAsync(request, asOpened: true, cancellationToken).ConfigureAwait(false);
            await all.ReadAsync(cancellationToken).ConfigureAwait(false);
            work.FreeSpares();
            (all.IdentityA, all.IdentityB) = (request.A.IdentityAsRead(all.IdentityA), request.B.IdentityAsRead(all.IdentityB));
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    /// <summary>Returns the identity of both sides, as they were opened or as they are now.</summary>
    internal static async Task<(SideIdentity A, SideIdentity B)> IdentifyAsync(MatchRequest request, bool asOpened,
        CancellationToken cancellationToken)
    {
        Task<SideIdentity> ofA = Task.Run(() => request.A.IdentifyAsync(asOpened, cancellationToken), cancellationToken),
            ofB = request.IsSelf ? ofA : request.B.IdentifyAsync(asOpened, cancellationToken);
        return (await ofA.ConfigureAwait(false), await ofB.ConfigureAwait(false));
    }

    public void Dispose()
    {
        for (int i = 0; i < opened.Length; i++)
            if (shared[i] is null)
                opened[i]?.Dispose();
    }

    // True for a side of which no part can be left out, which is known before its rows are.
    private async Task<bool[]> AreWholeAsync(CancellationToken cancellationToken)
    {
        if (!Array.Exists(sides, side => side is DatasetSide { Dataset.Store.Traits.IsLocal: false })
            || !Array.TrueForAll(sides, side => side is DatasetSide { Query.IsNarrowed: false }))
            return [false, false];
        (HealpixRanges? ofA, HealpixRanges? ofB) = await request.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false);
        return [ofA is null, ofB is null];
    }

    // Sides that can be pruned are read last, because the other side determines the part to read. Otherwise the smaller side is first.
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        (HealpixRanges? ofA, HealpixRanges? ofB) = AreReadTogether && !IsMoved
            ? await request.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false) : default;
        await ForEachAsync(i => opened[i] is null && !MayPrune(i) ? ReadAsync(i, i == 0 ? ofA : ofB, cancellationToken)
            : Task.CompletedTask, cancellationToken).ConfigureAwait(false);
        if (Array.TrueForAll(opened, side => side is not null))
            return;
        foreach (int i in Enumerable.Range(0, sides.Length).Where(i => opened[i] is null)
            .OrderBy(i => sides[i].RowsAtMost ?? long.MaxValue))
            await ReadAsync(i, await ReachAsync(i, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private bool MayPrune(int i) => !AreReadTogether && (i == 0 ? request.MayPruneA : request.MayPruneB);

    // To read two large sides at the same time saves more than to read a part of the second one.
    private bool AreReadTogether => (IsMoved || (IsWholeCatalogue(request.A) && IsWholeCatalogue(request.B)))
        && request is { A.RowsAtMost: { } rowsA, B.RowsAtMost: { } rowsB }
        && Math.Max(rowsA, rowsB) <= LargeTimes * Math.Min(rowsA, rowsB);

    private bool IsMoved => request is { A: MovedSide, B: MovedSide };

    // Selected rows may be few, and then only a part of the other side is needed.
    private static bool IsWholeCatalogue(MatchSide side) => side is DatasetSide { Dataset.Catalogue: not null, Query.IsNarrowed: false };

    private async Task<HealpixRanges?> ReachAsync(int i, CancellationToken cancellationToken)
    {
        if (opened[1 - i] is LoadedSide other)
            return SkyReach.Around(other.Positions, request.ReachArcsec!.Value);
        (HealpixRanges? ofA, HealpixRanges? ofB) = await request.ReachOfTilesAsync(cancellationToken).ConfigureAwait(false);
        return i == 0 ? ofA : ofB;
    }

    private async Task ReadAsync(int i, HealpixRanges? reach, CancellationToken cancellationToken)
    {
        string phase = i == 0 ? "read A" : "read B";
        Action<long, long?>? report = request.Options.Progress is { } progress
            ? (done, total) => progress.Report(new PhaseProgress(phase, done, total)) : null;
        opened[i] = await LoadedSide.LoadAsync(sides[i], i == 0 ? request.NeedsA : request.NeedsB, reach, work, request.Options.Workers,
            report, cancellationToken).ConfigureAwait(false);
    }

    private Task ForEachAsync(Func<int, Task> open, CancellationToken cancellationToken)
    {
        Task[] tasks = new Task[sides.Length];
        for (int i = 0; i < tasks.Length; i++)
        {
            int side = i;
            tasks[i] = Task.Run(() => open(side), cancellationToken);
        }
        return Task.WhenAll(tasks);
    }
}
