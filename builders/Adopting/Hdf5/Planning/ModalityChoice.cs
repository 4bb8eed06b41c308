using Pile.Fits;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>Chooses the modality of an archive by the names of its columns.</summary>
/// <param name="options">The options.</param>
/// <param name="columns">The columns of the files, by name.</param>
/// <param name="findings">Receives why a modality is not used.</param>
internal sealed class ModalityChoice(Hdf5Options options, IReadOnlyDictionary<string, MergedColumn> columns, List<string> findings)
{
    private const string Catalogue = "catalogue";

    /// <summary>Returns the modality.</summary>
    /// <exception cref="SchemaMismatchException">The columns do not fit the modality that the caller named.</exception>
    /// <exception cref="ArgumentException">The caller named an unknown modality.</exception>
    internal Modality Choose()
    {
        if (options.Modality is { } named)
            return FaultOf(Modality.Get(named)) is not { } fault ? Modality.Get(named)
                : throw new SchemaMismatchException("the files", fault.Column, $"the modality '{named}' does not fit: it {fault.Finding}",
                    "Set Hdf5Options.Modality to another one, or to null")
                { IsOfCaller = true };
        List<(string Name, string Fault)> unfit = [];
        List<Modality> fit = [];
        foreach (string name in Modality.Names)
        {
            Modality modality = Modality.Get(name);
            ModalityColumn[] required = [.. modality.Columns.Where(column => column.IsRequired)];
            if (required.Length is 0 || !required.All(column => columns.ContainsKey(column.Name)))
                continue;
            if (FaultOf(modality) is { } fault)
                unfit.Add((name, $"'{fault.Column}' {fault.Finding}"));
            else if (fit.Count is 0 || required.Any(column => fit[0].Find(column.Name) is null))
                fit.Add(modality);
        }
        Modality chosen = fit.FirstOrDefault() ?? Modality.Get(Catalogue);
        foreach ((string name, string fault) in unfit)
            findings.Add($"the columns have the names of the modality '{name}', but {fault}; the modality is '{chosen.Name}'");
        if (fit.Count > 1)
            findings.Add($"the files have the columns of the modalities {string.Join(" and ", fit.Select(each => $"'{each.Name}'"))}; the "
                + $"modality is '{chosen.Name}', and the other columns are native. Set Hdf5Options.Modality if another one is meant");
        return chosen;
    }

    /// <summary>Returns what contradicts the definition of a column; null if it conforms.</summary>
    internal static string? FaultOf(MergedColumn column, ModalityColumn definition)
    {
        bool isHeavy = definition.Storage is ColumnStorage.Heavy;
        DType type = isHeavy ? column.FirstDType : column.DType;
        string expected = string.Join(" or ", definition.DTypes.Select(dtype => dtype.Name()));
        if (column.Usable is 0)
            return column.Obstacle is { } obstacle ? $"cannot be read: '{obstacle.Place}': {obstacle.Reason}" : "cannot be read";
        if (!definition.DTypes.Contains(type))
            return $"is {type.Name()}, not {expected}";
        if (column.Meaning.Packing is { } packing)
            return $"has packed numbers ({packing}), not the values";
        if (definition.Dims.Length != column.Shape.Length)
            return $"has {column.Shape.Length} axes, not {definition.Dims.Length}";
        if (column.Shape.Contains(ColumnSchema.Ragged) && !definition.MayBeRagged)
            return "differs in shape between rows";
        if (isHeavy && (column.Locatable < column.Count || (column.DType != column.FirstDType)))
            return column.ReferenceObstacle is { } why ? $"cannot be located in all files: '{why.Place}': {why.Reason}"
                : $"is {column.FirstDType.Name()} in some files and {column.DType.Name()} in others, or unreadable";
        return definition.Unit is { } unit && column.Meaning.Unit is { } own
            && !(FitsUnits.TryConvert(own, unit, out double factor) && factor is 1) ? $"has the unit '{own}', not {unit}" : null;
    }

    private (string Column, string Finding)? FaultOf(Modality modality)
    {
        foreach (ModalityColumn required in modality.Columns.Where(column => column.IsRequired))
        {
            if (!columns.TryGetValue(required.Name, out MergedColumn? column))
                return (required.Name, "is missing");
            if (FaultOf(column, required) is { } fault)
                return (required.Name, fault);
        }
        return options.TimeScale is null && modality.Columns.FirstOrDefault(column => column is { IsRequired: true, IsTime: true })
            is { } times && columns[times.Name].Time is null
            ? (times.Name, "has times whose scale is not known (set Hdf5Options.TimeScale to UTC, TAI, TDB …)") : null;
    }
}
