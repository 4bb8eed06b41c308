using Pile.Storage;

namespace Pile.Layers;

/// <summary>The states that are stored beside the log.</summary>
internal static class StateFiles
{
    /// <summary>A state is written when this many commits follow the one before.</summary>
    internal const int CommitsBetween = 64;

    /// <summary>A state is written when the patches since the one before have this many bytes.</summary>
    internal const long BytesBetween = 64 << 20;

    private const string Remedy = "Free space or grant write access there; a later commit stores a state";

    /// <summary>Returns the newest state that is not after a commit, or null.</summary>
    internal static async Task<StatePointer?> NewestAsync(LayerStore store, long number, CancellationToken cancellationToken)
    {
        long newest = 0;
        await foreach (StoredFile file in store.Files.ListAsync(LayerPaths.States, cancellationToken).ConfigureAwait(false))
            if (LayerLog.TryNumberOfState(file.Path, out long found) && found <= number)
                newest = Math.Max(newest, found);
        string path = LayerPaths.StatePointer(newest);
        return newest > 0 && await store.FindBytesAsync(path, StatePointer.LargestBytes, cancellationToken).ConfigureAwait(false)
            is { } bytes ? StatePointer.Read(bytes, store.Address, path) is var pointer && pointer.Number == newest ? pointer
                : throw new LayerInvalidException(store.Address, $"'{path}' is of commit {pointer.Number}",
                    LayerInvalidException.DeleteStates)
            : null;
    }

    /// <summary>Returns true if 64 commits, or patches of 64 MiB, follow the newest state.</summary>
    internal static async Task<bool> IsDueAsync(LayerStore store, LayerCommit made, CancellationToken cancellationToken)
    {
        long last = (await NewestAsync(store, made.Number, cancellationToken).ConfigureAwait(false))?.Number ?? 0;
        if (made.Number - last >= CommitsBetween)
            return true;
        // Fewer than 64 patches below 1 MiB each have fewer than 64 MiB together.
        if (made.Operations.Sum(o => o.Bytes) < BytesBetween / CommitsBetween)
            return false;
        LayerCommit[] since = await store.ReadAsync(last + 1, made.Number, cancellationToken).ConfigureAwait(false);
        return since.SelectMany(c => c.Operations).Sum(o => o.Bytes) >= BytesBetween;
    }

    /// <summary>Stores a state.</summary>
    internal static async Task PutAsync(LayerStore store, LayerCommit commit, LayerState state, CancellationToken cancellationToken)
    {
        string sha256;
        using (LocalFile file = new(state.Path))
            sha256 = FileSha256.Of(file, cancellationToken);
        StatePointer pointer = new(commit.Number, commit.Sha256, sha256, new FileInfo(state.Path).Length, state.Rows, state.Gone);
        string what = $"the state after commit {commit.Number}";
        await store.PutAsync(LayerPaths.State(sha256), state.Path, sha256, cancellationToken, what, Remedy).ConfigureAwait(false);
        await LayerWrites.GuardAsync(store.Address, what, () => store.Files.PutAsync(LayerPaths.StatePointer(commit.Number),
            new MemoryStream(pointer.ToBytes()), ifAbsent: false, cancellationToken), Remedy).ConfigureAwait(false);
    }

    /// <summary>Deletes every state.</summary>
    /// <returns>The number of files and their bytes.</returns>
    internal static async Task<(int Files, long Bytes)> DeleteAllAsync(LayerStore store, CancellationToken cancellationToken)
    {
        List<StoredFile> files = [];
        await foreach (StoredFile file in store.Files.ListAsync(LayerPaths.States, cancellationToken).ConfigureAwait(false))
            files.Add(file);
        // Pointers first: a pointer without its state would be an error.
        foreach (StoredFile file in files.OrderBy(f => !f.Path.EndsWith(".json", StringComparison.Ordinal)))
            await store.Files.DeleteAsync(file.Path, cancellationToken).ConfigureAwait(false);
        return (files.Count, files.Sum(f => f.Bytes));
    }
}
