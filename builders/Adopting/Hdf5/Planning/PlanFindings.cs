using Pile.Format;

namespace Pile.Adopting;

/// <summary>Reports what differs between the files and the columns of the dataset.</summary>
internal static class PlanFindings
{
    /// <summary>Reports the columns that are left out, those with the same reason together.</summary>
    internal static void ReportLeftOut(List<(string Name, string Reason)> left, List<string> findings)
    {
        const int Named = 5;
        // The place, which is in parentheses at the end, differs.
        foreach (IGrouping<string, (string Name, string Reason)> group in left.GroupBy(column =>
            column.Reason.LastIndexOf(" (", StringComparison.Ordinal) is > 0 and var end ? column.Reason[..end] : column.Reason))
        {
            (string name, string reason) = group.First();
            int count = group.Count();
            findings.Add(count is 1 ? $"the column '{name}' is left out: {reason}"
                : $"{count} columns ({string.Join(", ", group.Take(Named).Select(column => $"'{column.Name}'"))}"
                    + $"{(count > Named ? " …" : "")}) are left out: {reason}");
        }
    }

    /// <summary>Reports boolean columns with the names that astropy gives to masks, which nothing describes as masks.</summary>
    internal static void ReportMasks(IReadOnlyDictionary<string, MergedColumn> columns, List<string> findings)
    {
        const string Suffix = ".mask";
        foreach (string name in columns.Keys.Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)
            && columns[name].DType is DType.Bool && columns.ContainsKey(name[..^Suffix.Length])))
            findings.Add($"the column '{name}' has the name of the mask of '{name[..^Suffix.Length]}', but the files do not declare it as "
                + "such: its values are not applied. With astropy, write the table with serialize_meta=True");
    }

    /// <summary>Reports columns with the names of companions, which do not have the form of companions.</summary>
    internal static void ReportCompanions(IReadOnlyDictionary<string, MergedColumn> columns, List<string> findings)
    {
        foreach ((string name, MergedColumn column) in columns)
        {
            if (columns.TryGetValue(ColumnNames.IsNull(name), out MergedColumn? flags))
                findings.Add($"the column '{flags.Name}' has the name of the null flags of '{name}', but does not have a boolean for each "
                    + "row: its values are not applied");
            if (!column.Shape.IsEmpty && columns.TryGetValue(ColumnNames.Shape(name), out MergedColumn? shapes)
                && shapes.DType.IsInteger())
                findings.Add($"the column '{shapes.Name}' has the name of the shapes of '{name}', but does not have an integer for each "
                    + "row and axis: its values are not applied");
        }
    }

    /// <summary>Reports the facts about one column.</summary>
    internal static void Report(MergedColumn column, ColumnSchema input, ModalityColumn? definition, List<string> findings)
    {
        string name = column.Name;
        foreach (string conflict in column.Conflicts.Take(3))
            findings.Add($"the column '{name}' differs between files; the values that do not fit are null: {conflict}");
        findings.AddRange(column.Meaning.Findings);
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
        if (definition?.Unit is { } unit && column.Meaning.Unit is null)
            findings.Add($"the column '{name}' has no unit; it is taken to be in {unit}, as its modality defines it");
    }
}
