using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Reads every byte of a layer or source, and lists all that contradicts the log.</summary>
/// <param name="store">The layer.</param>
internal sealed class LayerValidation(LayerStore store)
{
    private readonly List<Finding> findings = [];

    /// <summary>Validates a layer.</summary>
    /// <returns>The findings by path and code, and the number of rows that the patches set.</returns>
    /// <exception cref="StoreException">The store fails.</exception>
    internal static async Task<(IReadOnlyList<Finding> Findings, long Rows)> RunAsync(LayerStore store, CancellationToken cancellationToken)
    {
        LayerValidation validation = new(store);
        long rows = await validation.RunAsync(cancellationToken).ConfigureAwait(false);
        return ([.. validation.findings.OrderBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.Code, StringComparer.Ordinal)], rows);
    }

    private async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        SortedDictionary<long, string> names = [];
        await foreach (StoredFile file in store.Files.ListAsync(LayerPaths.Commits, cancellationToken).ConfigureAwait(false))
            if (long.TryParse(Path.GetFileNameWithoutExtension(file.Path), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
                && LayerPaths.Commit(number) == file.Path)
                names[number] = file.Path;
            else
                Add(LayerFindingCodes.Unused, file.Path, "it is not a commit", FindingSeverity.Warning);
        List<LayerCommit> commits = await CommitsAsync(names, cancellationToken).ConfigureAwait(false);
        HashSet<string> needed = [];
        using LayerDatabase database = new();
        foreach ((LayerCommit commit, LayerOperation operation) in ForgottenPatches.Of(commits).InForce(commits))
        {
            needed.UnionWith(ForgottenPatches.FilesOf(operation));
            await PatchAsync(commit, operation, database, cancellationToken).ConfigureAwait(false);
        }
        await TagsAsync(commits, cancellationToken).ConfigureAwait(false);
        await StatesAsync(commits, cancellationToken).ConfigureAwait(false);
        // A damaged log does not say which files it needs.
        string[] folders = findings.Exists(f => f.Severity == FindingSeverity.Error) ? [] : [LayerPaths.Data, LayerPaths.Blobs];
        foreach (string folder in folders)
            await foreach (StoredFile file in store.Files.ListAsync(folder, cancellationToken).ConfigureAwait(false))
                if (!needed.Contains(file.Path))
                    Add(LayerFindingCodes.Unused, file.Path, "no commit needs it; 'pile layer clean' deletes it", FindingSeverity.Warning);
        return commits.SelectMany(c => c.Operations).Where(o => o.Kind == OperationKind.Set).Sum(o => o.Rows);
    }

    // The commits up to the first one that is missing or not valid.
    private async Task<List<LayerCommit>> CommitsAsync(SortedDictionary<long, string> names, CancellationToken cancellationToken)
    {
        List<LayerCommit> commits = [];
        foreach ((long number, string path) in names)
        {
            if (number != commits.Count + 1)
            {
                Add(LayerFindingCodes.Commit, LayerPaths.Commit(commits.Count + 1), $"it is missing, but there is '{path}'");
                return commits;
            }
            try
            {
                LayerCommit commit = await store.ReadCommitAsync(number, cancellationToken).ConfigureAwait(false);
                LayerLog.RequireParent(store, commit, commits.Count == 0 ? store.Manifest.Sha256 : commits[^1].Sha256,
                    commits.Count == 0 ? LayerPaths.Manifest : LayerPaths.Commit(number - 1));
                LayerLog.RequireAfter(store, commit, commits.LastOrDefault());
                LayerReplay.Of(store, commits.Count == 0 ? [] : commits[^1].Fields, [commit]);
                commits.Add(commit);
            }
            catch (LayerInvalidException e)
            {
                Add(LayerFindingCodes.Commit, path, e.Finding);
                return commits;
            }
        }
        return commits;
    }

    private async Task PatchAsync(LayerCommit commit, LayerOperation operation, LayerDatabase database, CancellationToken cancellationToken)
    {
        string path = LayerPaths.Patch(operation.Patch);
        try
        {
            using LocalCopy copy = await store.VerifiedAsync(path, operation.Patch, operation.Bytes, cancellationToken)
                .ConfigureAwait(false);
            if (FaultOf(copy.Path, commit, operation, database, cancellationToken) is { } fault)
                Add(LayerFindingCodes.Patch, path, $"{fault} (commit {commit.Number})");
        }
        catch (LayerInvalidException e)
        {
            Add(LayerFindingCodes.Patch, path, $"{e.Finding} (commit {commit.Number})");
        }
        catch (DuckDbException e)
        {
            Add(LayerFindingCodes.Patch, path, $"it cannot be read: {e.Error.TrimEnd().Split('\n')[0]} (commit {commit.Number})");
        }
        foreach (BlobPack pack in operation.Packs)
            try
            {
                (await store.VerifiedAsync(LayerPaths.Pack(pack.Sha256), pack.Sha256, pack.Bytes, cancellationToken).ConfigureAwait(false))
                    .Dispose();
            }
            catch (LayerInvalidException e)
            {
                Add(LayerFindingCodes.Pack, LayerPaths.Pack(pack.Sha256), $"{e.Finding} (commit {commit.Number})");
            }
    }

    private string? FaultOf(string localPath, LayerCommit commit, LayerOperation operation, LayerDatabase database,
        CancellationToken cancellationToken)
    {
        string patch = $"read_parquet({DuckDbSql.Literal(localPath)}, hive_partitioning = false)";
        using (DuckDbResult described = database.Connection.Query($"SELECT * FROM {patch} LIMIT 0", cancellationToken: cancellationToken))
        {
            HashSet<string> found = [.. described.Columns.Select(c => c.Name)];
            string[] expected = [LayerPaths.ObjectId, .. operation.Kind == OperationKind.Set ? operation.Fields : []];
            if (!found.SetEquals(expected))
                return $"its columns are {string.Join(", ", found)}; expected {string.Join(", ", expected)}";
        }
        if (operation.Kind == OperationKind.Set && FaultOfTypes(patch, commit, operation, database, cancellationToken) is { } wrong)
            return wrong;
        using DuckDbResult result = database.Connection.Query($"SELECT count(*), count({LayerPaths.ObjectId}), "
            + $"count(DISTINCT {LayerPaths.ObjectId}) FROM {patch}", cancellationToken: cancellationToken);
        if (!result.TryNextChunk(out DuckDbChunk? chunk))
            return "it cannot be read";
        (long rows, long ids, long distinct) = (chunk.Values<long>(0)[0], chunk.Values<long>(1)[0], chunk.Values<long>(2)[0]);
        return rows != operation.Rows ? $"it has {rows} rows, but the commit says {operation.Rows}"
            : ids != rows ? $"{rows - ids} rows have no id"
            : distinct != rows ? $"{rows - distinct} ids occur more than once"
            : !IsSorted(patch, database, cancellationToken) ? "its ids are not in ascending order"
            : operation.Kind != OperationKind.Set ? null
            : operation.Fields.Select(f => commit.FindField(f)).Select(f => f?.Type.Kind switch
            {
                FieldKind.Box => FaultOfBoxes(patch, f, database, cancellationToken),
                FieldKind.Label => FaultOfLabels(patch, f, database, cancellationToken),
                FieldKind.List => FaultOfLists(patch, f, database, cancellationToken),
                _ => null,
            }).FirstOrDefault(f => f is not null);
    }

    private string? FaultOfTypes(string patch, LayerCommit commit, LayerOperation operation, LayerDatabase database,
        CancellationToken cancellationToken)
    {
        (string Column, string Sql)[] expected = [(LayerPaths.ObjectId, store.Manifest.IdsSql), .. operation.Fields
            .Select(name => (Column: name, Field: commit.FindField(name))) // null if the commit also renames the field
            .Where(f => f.Field is not null).Select(f => (f.Column, f.Field!.Type.PatchSql))];
        string items = string.Join(", ", expected.Select(e => $"any_value(typeof({DuckDbSql.Identifier(e.Column)})), "
            + $"typeof(NULL::{e.Sql})"));
        using DuckDbResult result = database.Connection.Query($"SELECT {items} FROM {patch}", cancellationToken: cancellationToken);
        if (!result.TryNextChunk(out DuckDbChunk? chunk))
            return null;
        for (int i = 0; i < expected.Length; i++)
            if (chunk[2 * i].IsValid(0) && chunk[2 * i].Text(0) is var found && found != chunk[(2 * i) + 1].Text(0))
                return $"its column '{expected[i].Column}' is {found}; expected {chunk[(2 * i) + 1].Text(0)}";
        return null;
    }

    private static bool IsSorted(string patch, LayerDatabase database, CancellationToken cancellationToken)
    {
        using DuckDbResult result = database.Connection.Query($"SELECT 1 FROM (SELECT {LayerPaths.ObjectId} <= lag({LayerPaths.ObjectId}) "
            + $"OVER (ORDER BY file_row_number) AS is_behind FROM {patch[..^1]}, file_row_number = true)) WHERE is_behind LIMIT 1",
            cancellationToken: cancellationToken);
        return !result.TryNextChunk(out _);
    }

    private static string? FaultOfLabels(string patch, LayerField field, LayerDatabase database, CancellationToken cancellationToken)
    {
        string name = DuckDbSql.Identifier(field.Name);
        using DuckDbResult result = database.Connection.Query($"SELECT {LayerPaths.ObjectId}::VARCHAR, {name} FROM {patch} "
            + $"WHERE NOT list_contains({DuckDbSql.LiteralList([.. field.Categories])}::VARCHAR[], {name}) ORDER BY 1 LIMIT 1",
            cancellationToken: cancellationToken);
        return result.TryNextChunk(out DuckDbChunk? chunk)
            ? $"'{chunk[1].Text(0)}' of object_id {chunk[0].Text(0)} is not a category of '{field.Name}'" : null;
    }

    private static string? FaultOfLists(string patch, LayerField field, LayerDatabase database, CancellationToken cancellationToken)
    {
        string name = DuckDbSql.Identifier(field.Name);
        using DuckDbResult result = database.Connection.Query($"SELECT {LayerPaths.ObjectId}::VARCHAR FROM {patch} "
            + $"WHERE len({name}) > list_count({name}) ORDER BY {LayerPaths.ObjectId} LIMIT 1", cancellationToken: cancellationToken);
        return result.TryNextChunk(out DuckDbChunk? chunk) ? $"the list '{field.Name}' of object_id {chunk[0].Text(0)} has a null" : null;
    }

    private static string? FaultOfBoxes(string patch, LayerField field, LayerDatabase database, CancellationToken cancellationToken)
    {
        string name = DuckDbSql.Identifier(field.Name);
        string[] members = [.. Box.NamesOf(field.Type.Members)];
        string lengths = string.Join(" OR ", members.Select(m => $"len({name}.\"{m}\") IS DISTINCT FROM len({name}.x)"));
        string values = string.Join(" OR ", members.Where(m => m != Box.ClassName).Select(m => $"len(list_filter({name}.\"{m}\", "
            + $"lambda v: v IS NULL OR NOT isfinite(v){(m is "width" or "height" ? " OR v < 0" : "")})) > 0"));
        string classes = members.Contains(Box.ClassName)
            ? $" OR NOT coalesce(list_has_all({DuckDbSql.LiteralList([.. field.Categories])}::VARCHAR[], {name}.class), true)" : "";
        using DuckDbResult result = database.Connection.Query($"SELECT {LayerPaths.ObjectId}::VARCHAR FROM {patch} "
            + $"WHERE {name} IS NOT NULL AND ({lengths} OR {values}{classes}) ORDER BY 1 LIMIT 1", cancellationToken: cancellationToken);
        return result.TryNextChunk(out DuckDbChunk? chunk) ? $"the boxes '{field.Name}' of object_id {chunk[0].Text(0)} are not valid"
            : null;
    }

    private async Task TagsAsync(List<LayerCommit> commits, CancellationToken cancellationToken)
    {
        await foreach (StoredFile file in store.Files.ListAsync(LayerPaths.Tags, cancellationToken).ConfigureAwait(false))
            try
            {
                LayerTag tag = await LayerTag.ReadAsync(store, Path.GetFileNameWithoutExtension(file.Path), cancellationToken)
                    .ConfigureAwait(false);
                if (tag.Number < 1 || tag.Number > commits.Count || commits[(int)tag.Number - 1].Sha256 != tag.Sha256)
                    Add(LayerFindingCodes.Tag, file.Path, $"it is of commit {tag.Number} with SHA-256 {tag.Sha256}, which the log does not "
                        + "have");
            }
            catch (Exception e) when (e is LayerInvalidException or ArgumentException)
            {
                Add(LayerFindingCodes.Tag, file.Path, (e as LayerInvalidException)?.Finding ?? "its name is not that of a tag");
            }
    }

    private async Task StatesAsync(List<LayerCommit> commits, CancellationToken cancellationToken)
    {
        await foreach (StoredFile file in store.Files.ListAsync(LayerPaths.States, cancellationToken).ConfigureAwait(false))
            if (LayerLog.TryNumberOfState(file.Path, out long number))
                try
                {
                    byte[] bytes = (await store.FindBytesAsync(file.Path, StatePointer.LargestBytes, cancellationToken)
                        .ConfigureAwait(false))!;
                    StatePointer pointer = StatePointer.Read(bytes, store.Address, file.Path);
                    if (pointer.Number != number || number < 1 || number > commits.Count
                        || commits[(int)number - 1].Sha256 != pointer.Commit)
                        Add(LayerFindingCodes.State, file.Path, $"it is of commit {pointer.Number} with SHA-256 {pointer.Commit}, "
                            + "which the log does not have");
                    (await store.VerifiedAsync(LayerPaths.State(pointer.State), pointer.State, pointer.Bytes, cancellationToken)
                        .ConfigureAwait(false)).Dispose();
                }
                catch (LayerInvalidException e)
                {
                    Add(LayerFindingCodes.State, file.Path, $"{e.Finding}; delete the folder 'states', which is derived from the log");
                }
    }

    private void Add(string code, string path, string message, FindingSeverity severity = FindingSeverity.Error) =>
        findings.Add(new Finding(code, severity, path, null, null, message));
}
