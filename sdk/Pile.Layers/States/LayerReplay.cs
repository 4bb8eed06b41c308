using System.Collections.Immutable;

namespace Pile.Layers;

/// <summary>Follows the operations of commits, and finds for each field the patches that its values are from.</summary>
/// <remarks>A rename keeps the values of a field, so that the name of a field may differ from the name of the column of an older
/// patch.</remarks>
internal sealed class LayerReplay
{
    private readonly LayerStore store;
    private readonly Dictionary<string, List<FieldPart>> parts = new(StringComparer.Ordinal);
    private readonly List<LayerPatch> patches = [];
    private readonly HashSet<string> forgotten = new(StringComparer.Ordinal);

    private int nextOrder;

    private LayerReplay(LayerStore store) => this.store = store;

    /// <summary>The patches in the order of the log; the later one of two wins.</summary>
    internal IReadOnlyList<LayerPatch> Patches => patches;

    /// <summary>The fields after the last commit.</summary>
    internal ImmutableArray<LayerField> Fields { get; private set; } = [];

    /// <summary>The patches that were forgotten, and that are not among the patches of these commits.</summary>
    internal IReadOnlyCollection<string> ForgottenBefore => forgotten;

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
            replay.parts[field.Name] = [new FieldPart(null, field.Name, field)];
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
                break;
            case OperationKind.DropField when parts.Remove(operation.Field):
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
        forgotten.UnionWith(gone.Where(g => !patches.Exists(p => p.Operation.Patch == g)));
        foreach (List<FieldPart> field in parts.Values)
            field.RemoveAll(p => p.Patch is { } patch && gone.Contains(patch.Operation.Patch));
        patches.RemoveAll(p => gone.Contains(p.Operation.Patch));
    }

    private void RequireFields(LayerCommit commit)
    {
        if (!parts.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(commit.Fields.Select(f => f.Name)))
            throw Invalid(commit, $"its fields are {string.Join(", ", commit.Fields.Select(f => f.Name))}, but its operations give "
                + $"{string.Join(", ", parts.Keys)}");
        foreach ((string name, List<FieldPart> field) in parts)
            foreach (FieldPart part in field)
                if (!commit.FindField(name)!.Categories.AsSpan().StartsWith(part.Field.Categories.AsSpan()))
                    throw Invalid(commit, $"the categories of '{name}' do not begin with those before");
                else if (!FieldType.TryWiden(part.Field.Type, commit.FindField(name)!.Type, out FieldType wider)
                    || wider != commit.FindField(name)!.Type)
                    throw Invalid(commit, $"the field '{name}' became {commit.FindField(name)!.Type}, which does not represent every value "
                        + $"of {part.Field.Type}");
    }

    private LayerInvalidException Invalid(LayerCommit commit, string finding) =>
        new(store.Address, $"'{LayerPaths.Commit(commit.Number)}': {finding}", LayerInvalidException.GetAgain);
}
