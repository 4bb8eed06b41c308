using System.Collections.Immutable;
using System.Security.Cryptography;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Commits changes, behind the commits that others make meanwhile.</summary>
/// <param name="store">The layer.</param>
/// <param name="database">Creates the database to compare patches in.</param>
internal sealed class LayerEditor(LayerStore store, Func<LayerDatabase> database)
{
    private const int MostAttempts = 10_000;
    private const int LongestDelayMs = 50;

    /// <summary>The program in commits.</summary>
    internal static string Program { get; } = $"pile {typeof(LayerEditor).Assembly.GetName().Version?.ToString(3) ?? "0"}";

    /// <summary>Commits a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="seen">The newest commit that the writer knew when it decided on the change; null if there was none.</param>
    /// <param name="cancellationToken">Cancels the operation; then the change may have been committed.</param>
    /// <returns>The commit.</returns>
    /// <exception cref="ArgumentException">The change does not fit the fields.</exception>
    /// <exception cref="LayerConflictException">Another writer has changed the same value since.</exception>
    /// <exception cref="PileException">The store fails, ignores conditional writes, or the layer is not valid.</exception>
    internal async Task<LayerCommit> CommitAsync(LayerChange change, LayerCommit? seen, CancellationToken cancellationToken)
    {
        if (!store.Files.Traits.IsLocal)
            await store.RequireConditionalWritesAsync(cancellationToken).ConfigureAwait(false);
        if (seen is not null)
            await RequireParentAsync(seen, cancellationToken).ConfigureAwait(false);
        string nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        LayerCommit? parent = seen;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            parent = await CatchUpAsync(change, parent, cancellationToken).ConfigureAwait(false);
            change = Widen(change, parent);
            LayerCommit commit = Build(change, parent, nonce, isRebased: parent?.Number != seen?.Number);
            LayerCommit read = LayerCommit.Read(commit.ToBytes(), commit.Number, store.Address); // a commit that no reader accepts is final
            foreach ((_, PatchDraft? patch) in change.Steps)
                if (patch is not null)
                {
                    foreach (BlobPack pack in patch.Packs)
                        await store.PutAsync(LayerPaths.Pack(pack.Sha256), pack.LocalPath, pack.Sha256, cancellationToken)
                            .ConfigureAwait(false);
                    await store.PutAsync(LayerPaths.Patch(patch.Sha256), patch.Path, patch.Sha256, cancellationToken).ConfigureAwait(false);
                }
            if (await store.TryCommitAsync(commit, cancellationToken).ConfigureAwait(false))
                return read;
            if (attempt > 2)
                await Task.Delay(Random.Shared.Next(LongestDelayMs), cancellationToken).ConfigureAwait(false);
        }
        throw new LayerConflictException(store.Address, $"{MostAttempts} attempts to commit came behind those of other writers");
    }

    /// <summary>Checks that changes fit the fields, each after the one before.</summary>
    /// <exception cref="ArgumentException">A change does not fit the fields.</exception>
    /// <exception cref="LayerConflictException">No type represents the values of both.</exception>
    internal void RequireFits(IEnumerable<LayerChange> changes, LayerCommit? parent)
    {
        foreach (LayerChange change in changes)
            parent = Build(Widen(change, parent), parent, nonce: "", isRebased: false);
    }

    // With a state, the newest commit is read alone: a commit on top of one that does not fit could not be read.
    private async Task RequireParentAsync(LayerCommit seen, CancellationToken cancellationToken)
    {
        LayerCommit? before = seen.Number == 1 ? null : await store.ReadCommitAsync(seen.Number - 1, cancellationToken)
            .ConfigureAwait(false);
        LayerLog.RequireParent(store, seen, before?.Sha256 ?? store.Manifest.Sha256,
            before is null ? LayerPaths.Manifest : LayerPaths.Commit(before.Number));
        LayerLog.RequireAfter(store, seen, before);
    }

    /// <summary>Reads the commits after one, and checks that the change does not touch what they changed.</summary>
    private async Task<LayerCommit?> CatchUpAsync(LayerChange change, LayerCommit? parent, CancellationToken cancellationToken)
    {
        List<LayerCommit> missed = [];
        while (await store.FindCommitAsync((parent?.Number ?? 0) + 1, cancellationToken).ConfigureAwait(false) is { } next)
        {
            LayerLog.RequireParent(store, next, parent?.Sha256 ?? store.Manifest.Sha256,
                parent is null ? LayerPaths.Manifest : LayerPaths.Commit(parent.Number));
            missed.Add(next);
            parent = next;
        }
        ForgottenPatches forgotten = ForgottenPatches.Of(missed);
        foreach (LayerCommit next in missed)
            await RequireApartAsync(change, forgotten.Without(next), cancellationToken).ConfigureAwait(false);
        return parent;
    }

    /// <summary>Checks that a change does not touch what a commit changed.</summary>
    /// <exception cref="LayerConflictException">Both change the same value or field.</exception>
    internal async Task RequireApartAsync(LayerChange change, LayerCommit next, CancellationToken cancellationToken)
    {
        foreach ((LayerOperation mine, PatchDraft? patch) in change.Steps)
            foreach (LayerOperation theirs in next.Operations)
                await RequireApartAsync(change, mine, patch, next, theirs, cancellationToken).ConfigureAwait(false);
    }

    private async Task RequireApartAsync(LayerChange change, LayerOperation mine, PatchDraft? patch, LayerCommit next,
        LayerOperation theirs,
        CancellationToken cancellationToken)
    {
        if (mine.Kind == OperationKind.Forget && theirs.HasPatch && mine.Patches.Contains(theirs.Patch))
            throw new LayerConflictException(store.Address, $"{next.Author} committed the same values in commit {next.Number} "
                + $"({LayerTime.ToText(next.TimeMicros)}), and {change.Author} forgets them");
        string[] common = [.. NamesOf(mine).Intersect(NamesOf(theirs), StringComparer.Ordinal)];
        if (common.Length == 0 || theirs.Kind == OperationKind.AddField || mine.Kind == OperationKind.AddField)
            return; // two definitions of a field are compared when the commit is built
        if (patch is null || !theirs.HasPatch)
        {
            if (!change.LastWins || !theirs.HasPatch)
                throw new LayerConflictException(store.Address, $"{next.Author} changed the field '{common[0]}' in commit {next.Number} "
                    + $"({theirs.Word}), and {change.Author} changes it too ({mine.Word})", isOfValues: theirs.HasPatch);
            return;
        }
        if (change.LastWins)
            return;
        using LocalCopy copy = await store.VerifiedAsync(LayerPaths.Patch(theirs.Patch), theirs.Patch, theirs.Bytes, cancellationToken)
            .ConfigureAwait(false);
        using DuckDbResult result = database().Connection.Query($"SELECT m.{LayerPaths.ObjectId}::VARCHAR FROM "
            + $"read_parquet({DuckDbSql.Literal(patch.Path)}) m SEMI JOIN read_parquet({DuckDbSql.Literal(copy.Path)}) t "
            + $"ON m.{LayerPaths.ObjectId} = t.{LayerPaths.ObjectId} ORDER BY 1 LIMIT 1", cancellationToken: cancellationToken);
        if (result.TryNextChunk(out DuckDbChunk? chunk))
            throw new LayerConflictException(store.Address, $"{next.Author} set '{common[0]}' of object_id {chunk[0].Text(0)} in commit "
                + $"{next.Number} ({LayerTime.ToText(next.TimeMicros)}), and {change.Author} sets it too");
    }

    private static IEnumerable<string> NamesOf(LayerOperation operation) =>
        operation.HasPatch ? operation.Fields : new[] { operation.Field, operation.To }.Where(n => n.Length > 0);

    // A column of a patch has the type of its field as of the commit. Another writer may have made the field wider.
    private LayerChange Widen(LayerChange change, LayerCommit? parent)
    {
        ImmutableArray<(LayerOperation, PatchDraft?)>.Builder steps = ImmutableArray.CreateBuilder<(LayerOperation, PatchDraft?)>();
        foreach ((LayerOperation operation, PatchDraft? patch) in change.Steps)
        {
            LayerField[] fields = operation.Kind == OperationKind.Set ? [.. patch!.Fields] : [];
            bool isWider = false;
            for (int i = 0; i < fields.Length; i++)
                if (parent?.FindField(fields[i].Name) is { } theirs && FieldType.TryWiden(theirs.Type, fields[i].Type, out FieldType type)
                    && type != fields[i].Type)
                    (fields[i], isWider) = (fields[i] with { Type = type }, true);
            steps.Add((operation, isWider ? Rewrite(patch!, fields) : patch));
        }
        return change with { Steps = steps.ToImmutable() };
    }

    private PatchDraft Rewrite(PatchDraft patch, LayerField[] fields)
    {
        string path = database().NewFile();
        string items = string.Concat(fields.Select(f => $", {DuckDbSql.Identifier(f.Name)}::{f.Type.PatchSql} AS "
            + $"{DuckDbSql.Identifier(f.Name)}"));
        string select = $"SELECT {LayerPaths.ObjectId}{items} FROM read_parquet({DuckDbSql.Literal(patch.Path)}) ORDER BY 1";
        string option = ParquetCopy.OptionFor(database().Connection, select);
        long rows = database().Connection.Execute($"COPY ({select}) TO {DuckDbSql.Literal(path)} (FORMAT parquet{option})");
        PatchDraft rewritten = PatchStage.Of(path, rows, [.. fields]);
        return patch with { Path = path, Sha256 = rewritten.Sha256, Bytes = rewritten.Bytes, Fields = rewritten.Fields };
    }

    private LayerCommit Build(LayerChange change, LayerCommit? parent, string nonce, bool isRebased)
    {
        if (parent?.Number == LayerPaths.LastCommit)
            throw new ArgumentException($"Layer '{store.Address}' has {LayerPaths.LastCommit} commits, the largest number. Rebase it "
                + "to a new layer.");
        List<LayerField> fields = [.. parent?.Fields ?? []];
        List<LayerOperation> operations = [];
        foreach ((LayerOperation operation, PatchDraft? patch) in change.Steps)
            if (operation.Kind != OperationKind.AddField)
                Apply(operation, patch, fields, operations, isRebased ? parent : null, change.AreSameUnits);
            else if (!fields.Exists(f => f.Name == operation.Field))
            {
                fields.Add(change.NewFields.First(f => f.Name == operation.Field));
                operations.Add(operation);
            }
        if (LayerField.SharedNameOf(fields) is { } shared)
            throw new ArgumentException($"Two fields of layer '{store.Address}' would have the name '{shared}': case does not "
                + "count, and boxes have a column for each member. Choose another name.");
        return new LayerCommit
        {
            Number = (parent?.Number ?? 0) + 1,
            Parent = parent?.Sha256 ?? store.Manifest.Sha256,
            TimeMicros = Math.Max(change.TimeMicros ?? LayerTime.Now, (parent?.TimeMicros ?? 0) + 1),
            Author = change.Author,
            Message = change.Message,
            Program = Program,
            Nonce = nonce,
            Fields = [.. fields],
            Operations = [.. operations],
            LastWins = change.LastWins,
            Origin = change.Origin,
            Scan = change.Scan,
        };
    }

    private void Apply(LayerOperation operation, PatchDraft? patch, List<LayerField> fields, List<LayerOperation> operations,
        LayerCommit? rebasedOn, Func<string, string, bool> areSameUnits)
    {
        switch (operation.Kind)
        {
            case OperationKind.RenameField:
                if (LayerField.FaultOf(operation.To) is { } fault)
                    throw new ArgumentException($"'{operation.To}' is not a name for a field: {fault}.");
                if (operation.To == operation.Field)
                    throw new ArgumentException($"The field '{operation.Field}' has this name already. Choose another name.");
                if (fields.Exists(f => f.Name.Equals(operation.To, StringComparison.OrdinalIgnoreCase) && f.Name != operation.Field))
                    throw new ArgumentException($"Layer '{store.Address}' has a field '{operation.To}' already. Choose another name.");
                int renamed = IndexOf(fields, operation.Field);
                fields[renamed] = fields[renamed] with { Name = operation.To };
                break;
            case OperationKind.DropField:
                fields.RemoveAt(IndexOf(fields, operation.Field));
                break;
            case OperationKind.Set:
                foreach (LayerField field in patch!.Fields)
                    Merge(field, fields, operations, rebasedOn, areSameUnits);
                operation = WithPatch(operation, patch);
                break;
            case OperationKind.Unset:
                foreach (LayerField field in patch!.Fields)
                    IndexOf(fields, field.Name);
                operation = WithPatch(operation, patch);
                break;
            case OperationKind.RemoveRows:
                if (store.Manifest.DatasetRoot is not null)
                    throw new ArgumentException($"'{store.Address}' is a layer of a dataset, whose rows cannot be removed.");
                operation = WithPatch(operation, patch!);
                break;
            default:
                break;
        }
        operations.Add(operation);
    }

    private void Merge(LayerField mine, List<LayerField> fields, List<LayerOperation> operations, LayerCommit? rebasedOn,
        Func<string, string, bool> areSameUnits)
    {
        int at = fields.FindIndex(f => f.Name == mine.Name);
        if (at < 0)
        {
            fields.Add(mine);
            operations.Add(new LayerOperation { Kind = OperationKind.AddField, Field = mine.Name });
            return;
        }
        LayerField theirs = fields[at];
        if (!FieldType.TryWiden(theirs.Type, mine.Type, out FieldType wider))
            throw new LayerConflictException(store.Address, $"the field '{mine.Name}' is {theirs.Type}"
                + (rebasedOn is null ? "" : $" since commit {rebasedOn.Number} of {rebasedOn.Author}")
                    + $", but its values here are {mine.Type}", isOfValues: false);
        if (FieldUnits.FaultOf(theirs, mine, areSameUnits) is { } fault)
            throw new LayerConflictException(store.Address, $"the field '{mine.Name}' has {fault}"
                + (rebasedOn is null ? "" : $" (it was added by commit {rebasedOn.Number} of {rebasedOn.Author}, or before)"),
                "Set the values again, converted to the unit of the field; or rename one of the two fields with 'pile layer rename-field'");
        fields[at] = theirs with
        {
            Type = wider,
            Categories = [.. theirs.Categories, .. mine.Categories.Except(theirs.Categories, StringComparer.Ordinal)],
        };
    }

    private int IndexOf(List<LayerField> fields, string name) => fields.FindIndex(f => f.Name == name) is >= 0 and var at ? at
        : throw new ArgumentException($"Layer '{store.Address}' has no field '{name}'. "
            + (fields.Count == 0 ? "It has no fields." : SimilarNames.Hint(name, fields.Select(f => f.Name)) + "."));

    private static LayerOperation WithPatch(LayerOperation operation, PatchDraft patch) => operation with
    {
        Fields = [.. patch.Fields.Select(f => f.Name)],
        Patch = patch.Sha256,
        Bytes = patch.Bytes,
        Rows = patch.Rows,
        SourceName = patch.SourceName,
        SourceSha256 = patch.SourceSha256,
        Packs = patch.Packs,
    };
}
