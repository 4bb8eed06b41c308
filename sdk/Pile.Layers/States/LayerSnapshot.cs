using System.Collections.Immutable;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>A layer as of one commit.</summary>
internal sealed class LayerSnapshot
{
    private bool isRemembered;

    private LayerSnapshot(LayerStore store, LayerCommit? commit, string prefix, bool isNewest) =>
        (Store, Commit, Prefix, isRemembered) = (store, commit, prefix, isNewest);

    internal LayerStore Store { get; }

    /// <summary>The commit; null before the first one.</summary>
    internal LayerCommit? Commit { get; }

    internal long Number => Commit?.Number ?? 0;

    /// <summary>The SHA-256 of the commit; of layer.yaml before the first one.</summary>
    internal string Sha256 => Commit?.Sha256 ?? Store.Manifest.Sha256;

    /// <summary>The text before the name of each field in the dataset.</summary>
    internal string Prefix { get; }

    internal ImmutableArray<LayerField> Fields => Commit?.Fields ?? [];

    /// <summary>Opens a layer at the commit of a reference.</summary>
    /// <exception cref="ArgumentException">There is no such commit.</exception>
    /// <exception cref="Format.PileException">There is no layer, it is not valid, or the store fails.</exception>
    internal static async Task<LayerSnapshot> OpenAsync(LayerReference reference, StoreOptions? options,
        CancellationToken cancellationToken)
    {
        LayerStore store = await LayerStore.OpenAsync(reference.Address, options, cancellationToken).ConfigureAwait(false);
        return new LayerSnapshot(store, await store.ResolveAsync(reference.At, cancellationToken).ConfigureAwait(false), reference.Prefix,
            isNewest: reference.At is null);
    }

    /// <summary>Returns a layer as of a commit that was read.</summary>
    /// <param name="store">The layer.</param>
    /// <param name="commit">The commit; null before the first one.</param>
    /// <param name="isNewest">False if later commits may exist, which may forget values of this one.</param>
    internal static LayerSnapshot Of(LayerStore store, LayerCommit? commit, bool isNewest = true) => new(store, commit, "", isNewest);

    /// <summary>Returns the state, from the log, from the cache, or computed.</summary>
    /// <param name="database">The database to compute in; a computed state that cannot be cached is in its folder.</param>
    /// <param name="options">Where the cache is; null for the default.</param>
    /// <param name="rows">The rows of the dataset; null for a source.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="Format.PileException">A file of the layer is missing, was changed or forgotten, or the store fails.</exception>
    internal async Task<LayerState> StateAsync(Func<LayerDatabase> database, StoreOptions? options, ILayerRows? rows,
        CancellationToken cancellationToken)
    {
        await RequireRememberedAsync(cancellationToken).ConfigureAwait(false); // a state in a cache may have forgotten values
        // As of now: the positions that are computed below belong to this stamp, or to a later one that is not cached under it.
        string? stamp = rows is null ? "" : await rows.PositionStampAsync(cancellationToken).ConfigureAwait(false);
        StateCache cache = new(options);
        if (stamp is not null && cache.Find(Sha256, stamp) is { } cached)
            return cached;
        (LayerReplay replay, StatePointer? start) = await ReplayAsync(cancellationToken, usesStates: stamp is "").ConfigureAwait(false);
        using LocalCopy? state = start is null ? null : await Store.VerifiedAsync(LayerPaths.State(start.State), start.State, start.Bytes,
            cancellationToken).ConfigureAwait(false);
        if (state is not null && start!.Number == Number && Store.Files.Traits.IsLocal)
            return new LayerState(state.Path, start.Rows, start.Gone);
        LocalCopy[] copies = await CopiesAsync(replay.Patches, cancellationToken).ConfigureAwait(false);
        try
        {
            StateBuild build = new(Store, database(), rows);
            Dictionary<LayerPatch, string> paths = replay.Patches.Select((p, i) => (p, copies[i].Path)).ToDictionary(
                p => p.p, p => p.Path, (IEqualityComparer<LayerPatch>)ReferenceEqualityComparer.Instance);
            LayerState made = await build.WriteAsync(replay, state?.Path, p => paths[p], cancellationToken).ConfigureAwait(false);
            made = made with { Gone = made.Gone + (start?.Gone ?? 0) };
            return stamp is null ? made : cache.TryAdd(Number, Sha256, stamp, made);
        }
        finally
        {
            foreach (LocalCopy copy in copies)
                copy.Dispose();
        }
    }

    /// <summary>Returns where the values of the fields are from: patches, and perhaps a stored state before them.</summary>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <param name="usesStates">False to use patches alone, if the positions of a stored state may be those of other rows.</param>
    internal async Task<(LayerReplay Replay, StatePointer? Start)> ReplayAsync(CancellationToken cancellationToken, bool usesStates = true)
    {
        if (Commit is null)
            return (LayerReplay.Of(Store, [], []), null);
        StatePointer? start = !usesStates ? null : await StateFiles.NewestAsync(Store, Number, cancellationToken).ConfigureAwait(false);
        if (start is not null)
        {
            LayerCommit first = await Store.ReadCommitAsync(start.Number, cancellationToken).ConfigureAwait(false);
            LayerCommit[] commits = await Store.ReadAsync(start.Number + 1, Number, cancellationToken).ConfigureAwait(false);
            if (commits.Length > 0)
                LayerLog.RequireParent(Store, commits[0], first.Sha256, LayerPaths.Commit(first.Number));
            if (first.Sha256 != start.Commit)
                throw new LayerInvalidException(Store.Address, $"'{LayerPaths.StatePointer(start.Number)}' is of a commit with SHA-256 "
                    + $"{start.Commit}, but commit {start.Number} has {first.Sha256}",
                        LayerInvalidException.DeleteStates);
            LayerReplay replay = LayerReplay.Of(Store, first.Fields, commits);
            if (!replay.Forgets) // otherwise the state may have forgotten values
                return (replay, start);
        }
        return (LayerReplay.Of(Store, [], await Store.ReadAsync(1, Number, cancellationToken).ConfigureAwait(false)), null);
    }

    /// <summary>Checks that no later commit forgot values of this one. A file that exists proves nothing: another commit may need it.
    /// </summary>
    /// <exception cref="LayerInvalidException">A later commit forgot values; the message says who.</exception>
    internal async Task RequireRememberedAsync(CancellationToken cancellationToken)
    {
        if (isRemembered || Commit is null)
            return;
        ForgottenPatches later = await ForgottenLaterAsync(cancellationToken).ConfigureAwait(false);
        if (!later.IsEmpty)
        {
            LayerCommit[] commits = await Store.ReadAsync(1, Number, cancellationToken).ConfigureAwait(false);
            foreach ((LayerCommit commit, LayerOperation operation) in ForgottenPatches.Of(commits).InForce(commits))
                if (later.By(commit, operation) is { } forgot)
                    throw Forgotten(commit, forgot);
        }
        isRemembered = true;
    }

    private async Task<ForgottenPatches> ForgottenLaterAsync(CancellationToken cancellationToken)
    {
        long newest = await Store.NewestNumberAsync(Number, cancellationToken).ConfigureAwait(false);
        return ForgottenPatches.Of(await Store.ReadAsync(Number + 1, newest, cancellationToken).ConfigureAwait(false));
    }

    private LayerInvalidException Forgotten(LayerCommit commit, LayerCommit forgot, Exception? inner = null) => new(Store.Address,
        $"the values of commit {commit.Number} were forgotten by {forgot.Author} in commit {forgot.Number} "
        + $"({LayerTime.ToText(forgot.TimeMicros)}: '{forgot.Message}')", $"Read the layer as of commit {forgot.Number} or later", inner);

    /// <summary>Returns verified local copies of patches.</summary>
    internal async Task<LocalCopy[]> CopiesAsync(IReadOnlyList<LayerPatch> patches, CancellationToken cancellationToken)
    {
        await RequireRememberedAsync(cancellationToken).ConfigureAwait(false);
        LocalCopy?[] copies = new LocalCopy?[patches.Count];
        try
        {
            await Parallel.ForAsync(0, patches.Count, new ParallelOptions
            {
                MaxDegreeOfParallelism = Store.Files.Traits.ParallelRequests,
                CancellationToken = cancellationToken,
            }, async (i, token) => copies[i] = await CopyAsync(patches[i], token).ConfigureAwait(false)).ConfigureAwait(false);
            return copies!;
        }
        catch
        {
            foreach (LocalCopy? copy in copies)
                copy?.Dispose();
            throw;
        }
    }

    private async Task<LocalCopy> CopyAsync(LayerPatch patch, CancellationToken cancellationToken)
    {
        string path = LayerPaths.Patch(patch.Operation.Patch);
        try
        {
            return await Store.VerifiedAsync(path, patch.Operation.Patch, patch.Operation.Bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (LayerInvalidException e) when (e.InnerException is FileNotFoundException)
        {
            // It may have been forgotten since the layer was opened.
            ForgottenPatches later = await ForgottenLaterAsync(cancellationToken).ConfigureAwait(false);
            if (later.By(patch.Commit, patch.Operation) is not { } forgot)
                throw;
            throw Forgotten(patch.Commit, forgot, e);
        }
    }
}
