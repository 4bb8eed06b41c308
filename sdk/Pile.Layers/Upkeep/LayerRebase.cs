using Pile.Storage;

namespace Pile.Layers;

/// <summary>Makes a layer of another version of a dataset: the same commits, mapped by id.</summary>
internal static class LayerRebase
{
    /// <summary>Repeats the commits of a layer in a new one.</summary>
    /// <param name="source">The layer as of a commit.</param>
    /// <param name="target">The new layer, without commits.</param>
    /// <param name="database">Creates the database to work in.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The newest commit of the new layer; null if the layer had no commits.</returns>
    internal static async Task<LayerCommit?> RunAsync(LayerSnapshot source, LayerStore target, Func<LayerDatabase> database,
        CancellationToken cancellationToken)
    {
        await source.RequireRememberedAsync(cancellationToken).ConfigureAwait(false);
        LayerCommit[] commits = await source.Store.ReadAsync(1, source.Number, cancellationToken).ConfigureAwait(false);
        ForgottenPatches forgotten = ForgottenPatches.Of(commits);
        LayerEditor editor = new(target, database);
        LayerCommit? last = null;
        foreach (LayerCommit commit in commits)
        {
            List<LocalCopy> copies = [];
            try
            {
                LayerChange change = await CommitCopy.ChangeOfAsync(source.Store, commit, forgotten, copies, cancellationToken)
                    .ConfigureAwait(false);
                last = await editor.CommitAsync(change, last, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                copies.ForEach(c => c.Dispose());
            }
        }
        return last;
    }
}
