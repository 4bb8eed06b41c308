namespace Pile.Layers;

/// <summary>The patches that commits forgot. A patch is named by its content, so that several commits may name one: a commit forgets it
/// for the commits before it, and a later commit that names it sets its values again.</summary>
internal sealed class ForgottenPatches
{
    private readonly Dictionary<string, List<LayerCommit>> forgetting = new(StringComparer.Ordinal);

    private ForgottenPatches()
    {
    }

    internal bool IsEmpty => forgetting.Count == 0;

    /// <summary>Collects the patches that some commits forgot.</summary>
    /// <param name="commits">The commits, the oldest first.</param>
    internal static ForgottenPatches Of(IEnumerable<LayerCommit> commits)
    {
        ForgottenPatches forgotten = new();
        foreach (LayerCommit commit in commits)
            foreach (string patch in commit.Operations.Where(o => o.Kind == OperationKind.Forget).SelectMany(o => o.Patches))
                if (forgotten.forgetting.TryGetValue(patch, out List<LayerCommit>? known))
                    known.Add(commit);
                else
                    forgotten.forgetting[patch] = [commit];
        return forgotten;
    }

    /// <summary>Returns the first commit that forgot the patch of an operation; null if it is in force.</summary>
    internal LayerCommit? By(LayerCommit commit, LayerOperation operation) =>
        operation.HasPatch && forgetting.TryGetValue(operation.Patch, out List<LayerCommit>? by)
            ? by.Find(f => f.Number > commit.Number) : null;

    /// <summary>Returns the operations with a patch that is in force.</summary>
    internal IEnumerable<(LayerCommit Commit, LayerOperation Operation)> InForce(IEnumerable<LayerCommit> commits) =>
        commits.SelectMany(c => c.Operations, (commit, operation) => (Commit: commit, Operation: operation))
            .Where(o => o.Operation.HasPatch && By(o.Commit, o.Operation) is null);

    /// <summary>Returns a commit without the operations whose patches were forgotten.</summary>
    internal LayerCommit Without(LayerCommit commit) => commit.Operations.All(o => By(commit, o) is null) ? commit
        : commit with { Operations = [.. commit.Operations.Where(o => By(commit, o) is null)] };

    /// <summary>Returns the paths of the patches and packs that operations name.</summary>
    internal static HashSet<string> FilesOf(IEnumerable<(LayerCommit Commit, LayerOperation Operation)> operations) =>
        [.. operations.SelectMany(o => FilesOf(o.Operation))];

    /// <summary>Returns the paths of the patch and the packs of an operation.</summary>
    internal static IEnumerable<string> FilesOf(LayerOperation operation) =>
        operation.Packs.Select(p => LayerPaths.Pack(p.Sha256)).Append(LayerPaths.Patch(operation.Patch));
}
