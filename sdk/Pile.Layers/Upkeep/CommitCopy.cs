using System.Collections.Immutable;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Repeats commits of one layer in another.</summary>
internal static class CommitCopy
{
    /// <summary>Returns the change of a commit, with local copies of its patches.</summary>
    /// <param name="source">The layer of the commit.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="forgotten">The patches whose values were deleted on purpose: they are left out.</param>
    /// <param name="copies">Receives the copies, to be disposed after the commit.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async Task<LayerChange> ChangeOfAsync(LayerStore source, LayerCommit commit, ForgottenPatches forgotten,
        List<LocalCopy> copies, CancellationToken cancellationToken)
    {
        ImmutableArray<(LayerOperation, PatchDraft?)>.Builder steps = ImmutableArray.CreateBuilder<(LayerOperation, PatchDraft?)>();
        foreach (LayerOperation operation in commit.Operations)
        {
            if (operation.Kind == OperationKind.Forget || forgotten.By(commit, operation) is not null)
                continue;
            if (!operation.HasPatch)
            {
                steps.Add((operation, null));
                continue;
            }
            LocalCopy copy = await source.VerifiedAsync(LayerPaths.Patch(operation.Patch), operation.Patch, operation.Bytes,
                cancellationToken)
                .ConfigureAwait(false);
            copies.Add(copy);
            List<BlobPack> packs = [];
            foreach (BlobPack pack in operation.Packs)
            {
                LocalCopy bytes = await source.VerifiedAsync(LayerPaths.Pack(pack.Sha256), pack.Sha256, pack.Bytes, cancellationToken)
                    .ConfigureAwait(false);
                copies.Add(bytes);
                packs.Add(pack with { LocalPath = bytes.Path });
            }
            steps.Add((operation with { Patch = "" }, new PatchDraft
            {
                Path = copy.Path,
                Sha256 = operation.Patch,
                Bytes = operation.Bytes,
                Rows = operation.Rows,
                Fields = [.. operation.Fields.Select(name => FieldAt(commit, operation, name))],
                SourceName = operation.SourceName,
                SourceSha256 = operation.SourceSha256,
                Packs = [.. packs],
                IsUnset = operation.Kind == OperationKind.Unset,
            }));
        }
        return new LayerChange
        {
            Steps = steps.ToImmutable(),
            Author = commit.Author,
            Message = commit.Message,
            NewFields = [.. commit.Operations.Where(o => o.Kind == OperationKind.AddField).Select(o => FieldAt(commit, o, o.Field))],
            Origin = commit.Origin.Length > 0 ? commit.Origin : commit.Sha256, // copies of copies are recognised, too
            TimeMicros = commit.TimeMicros,
        };
    }

    // A later operation of the same commit may have renamed the field.
    private static LayerField FieldAt(LayerCommit commit, LayerOperation operation, string name)
    {
        string now = name;
        foreach (LayerOperation later in commit.Operations.SkipWhile(o => o != operation))
            if (later.Kind == OperationKind.RenameField && later.Field == now)
                now = later.To;
        return (commit.FindField(now) ?? new LayerField { Name = name, Type = FieldType.Of(Format.DType.String) }) with { Name = name };
    }
}
