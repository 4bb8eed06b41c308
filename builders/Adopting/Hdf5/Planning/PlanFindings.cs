using Pile.Format;

namespace Pile.Adopting;

/// <summary>Reports what differs between the files and the columns of the dataset.</summary>
internal static class PlanFindings
{
    /// <summary>Reports the facts about one column.</summary>
    internal static void Report(MergedColumn column, ColumnSchema input, ModalityColumn? definition, List<string> findings)
    {
        string name = column.Name;
        foreach (string conflict in column.Conflicts.Take(3))
            findings.Add($"the column '{name}' differs between files; the values that do not fit are null: {conflict}");
        if (column.Obstacle is { } obstacle)
            findings.Add($"the column '{name}' is null where it cannot be read: '{obstacle.Place}': {obstacle.Reason}");
        if (column.IsWidened && !input.IsHeavy)
            findings.Add($"the column '{name}' has numbers of 16 bits; they are converted to {input.DType.Name()}");
        if (input.Storage is ColumnStorage.Reference)
        {
            if (column.ReferenceObstacle is { } why)
                findings.Add($"the column '{name}' is null where its values cannot be located: '{why.Place}': {why.Reason}");
            if (column.DType != column.FirstDType)
                findings.Add($"the column '{name}' is {column.FirstDType.Name()} in some files and needs {column.DType.Name()} in others, "
                    + $"which cannot be converted in place; it is null where it is not {column.FirstDType.Name()}");
        }
        if (definition?.Unit is { } unit && column.Unit is null)
            findings.Add($"the column '{name}' has no unit; it is taken to be in {unit}, as its modality defines it");
    }
}
