using System.Collections.Immutable;

namespace Pile.Layers;

/// <summary>Follows the operations of commits, and finds for each field the patches that its values are from.</summary>
/// <remarks>A rename keeps the values of a field, so that the name of a field may differ from the name of the column of an older
/// patch.</remarks>
internal sealed class LayerReplay
{
    private readonly LayerStore store;
    private readonly Dictionary<string, List<FieldPart>> parts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LayerField> newest = new(StringComparer.Ordinal);
    private readonly List<LayerPatch> patches = [];

    private int nextOrder;

    private LayerReplay(LayerStore store) => this.store = store;

    /// <summary>The patches in the order of the log; the later one of two wins.</summary>
    internal IReadOnlyList<LayerPatch> Patches => patches;

    /// <summary>The type of ids, in DuckDB's SQL.</summary>
    internal string IdsSql => store.Manifest.IdsSql;

    /// <summary>The fields after the last commit.</summary>
    internal ImmutableArray<LayerField> Fields { get; private set; } = [];

    /// <summary>True if one of these commits forgets values: those of these commits, or those of commits before them.</summary>
    internal bool Forgets { get; private set; }

    /// <summary>Returns where the values of a field are from, the oldest first.</summary>
    internal IReadOnlyList<FieldPart> PartsOf(string field) => parts[field];

    /// <summary>Follows commits.</summary>
    /// <param name="store">The layer, for messages.</param>
    /// <param name="baseFields">The fields of the state before the first commit.</param>
    /// <param name="commits">Consecutive commits.</param>
    /// <exception cref="LayerInvalidException">An operation does not fit the fields.</exception>
    internal static LayerReplay Of(LayerStore store, ImmutableArray<LayerField> baseFields, IEnumerable<LayerCommit> commits)
    {
        LayerReplay replay = new(store) { Fields = baseFields };
        foreach (LayerField field in baseFields)
            (replay.parts[field.Name], replay.newest[field.Name]) = ([new FieldPart(null, field.Name, field)], field);
        foreach (LayerCommit commit in commits)
        {
            foreach (LayerOperation operation in commit.Operations)
                replay.Apply(commit, operation);
            replay.RequireFields(commit);
            replay.Fields = commit.Fields;
        }
        return replay;
    }

    private void Apply(LayerCommit commit, LayerOperation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.AddField when !parts.ContainsKey(operation.Field):
                parts[operation.Field] = [];
                break;
            case OperationKind.RenameField when !parts.ContainsKey(operation.To) && parts.Remove(operation.Field,
                out List<FieldPart>? moved):
                parts[operation.To] = moved;
                if (newest.Remove(operation.Field, out LayerField? renamed))
                    newest[operation.To] = renamed;
                break;
            case OperationKind.DropField when parts.Remove(operation.Field):
                newest.Remove(operation.Field);
                break;
            case OperationKind.Forget:
                Forget(operation);
                break;
            case OperationKind.RemoveRows when store.Manifest.DatasetRoot is null:
                LayerPatch removal = new(commit, operation, nextOrder++);
                patches.Add(removal);
                foreach ((string name, List<FieldPart> field) in parts)
                    field.Add(new FieldPart(removal, null, Fields.FirstOrDefault(f => f.Name == name) ?? commit.FindField(name)
                        ?? throw Invalid(commit, $"it does not define the field '{name}'")));
                break;
            case OperationKind.Set or OperationKind.Unset:
                LayerPatch patch = new(commit, operation, nextOrder++);
                patches.Add(patch);
                foreach (string name in operation.Fields)
                    if (!parts.TryGetValue(name, out List<FieldPart>? field))
                        throw Invalid(commit, $"it sets the field '{name}', which does not exist");
                    else
                        field.Add(new FieldPart(patch, operation.Kind == OperationKind.Set ? name : null,
                            commit.FindField(name) ?? throw Invalid(commit, $"it sets the field '{name}', which is not among its fields")));
                break;
            default:
                throw Invalid(commit, $"the operation '{operation.Word}' of field '{operation.Field}' does not fit the fields before it");
        }
    }

    private void Forget(LayerOperation operation)
    {
        HashSet<string> gone = [.. operation.Patches];
        Forgets = true;
        foreach (List<FieldPart> field in parts.Values)
            field.RemoveAll(p => p.Patch is { } patch && gone.Contains(patch.Operation.Patch));
        patches.RemoveAll(p => gone.Contains(p.Operation.Patch));
    }

    private void RequireFields(LayerCommit commit)
    {
        if (!parts.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(commit.Fields.Select(f => f.Name)))
            throw Invalid(commit, $"its fields are {string.Join(", ", commit.Fields.Select(f => f.Name))}, but its operations give "
                + $"{string.Join(", ", parts.Keys)}");
        // Each commit is compared with the one before: a type that represents every value of the newest one represents those of older
        // ones, and to compare all patches at each of 10,000 commits takes seconds.
        foreach ((string name, List<FieldPart> field) in parts)
        {
            LayerField now = commit.FindField(name)!;
            if (newest.TryGetValue(name, out LayerField? before))
                RequireWider(commit, before, now);
            for (int i = field.Count - 1; i >= 0 && ReferenceEquals(field[i].Patch?.Commit, commit); i--)
                RequireWider(commit, field[i].Field, now);
            newest[name] = now;
        }
    }

    private void RequireWider(LayerCommit commit, LayerField before, LayerField now)
    {
        if (!now.Categories.AsSpan().StartsWith(before.Categories.AsSpan()))
            throw Invalid(commit, $"the categories of '{now.Name}' do not begin with those before");
        if (!FieldType.TryWiden(before.Type, now.Type, out FieldType wider) || wider != now.Type)
            throw Invalid(commit, $"the field '{now.Name}' became {now.Type}, which does not represent every value of {before.Type}");
    }

    private LayerInvalidException Invalid(LayerCommit commit, string finding) =>
        new(store.Address, $"'{LayerPaths.Commit(commit.Number)}': {finding}", LayerInvalidException.GetAgain);
}
