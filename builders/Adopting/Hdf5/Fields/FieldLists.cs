using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Lists the columns of a table or object, each with a unique name.</summary>
internal static class FieldLists
{
    /// <summary>Lists the columns of a table.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">The table.</param>
    /// <param name="readsAttributes">True to read units and descriptions.</param>
    /// <exception cref="Hdf5Exception">A dataset is corrupt, or has changed.</exception>
    internal static List<(SourceField Field, ForeignDataset Dataset)> OfTable(ForeignFile file, TablePlace place, bool readsAttributes)
    {
        List<(SourceField, ForeignDataset)> fields = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((string path, string name, bool isDescribed) in place.Datasets)
        {
            ForeignDataset dataset = file.OpenDataset(path);
            if (dataset.Shape.Count is 0 || dataset.RowCount != place.RowCount)
                throw new Hdf5Exception(file.Path, path, $"expected {place.RowCount} rows, found {dataset.RowCount}; the file has changed");
            foreach (SourceField field in AstropyTable.Apply(file, dataset, isDescribed, name,
                FieldReader.FieldsOf(dataset, name, hasRows: true, readsAttributes)))
                fields.Add((Unique(field, names), dataset));
        }
        return CompanionFields.Join(fields);
    }

    /// <summary>Lists the columns of an object; attributes have no dataset. A dataset takes precedence over an attribute of the same
    /// name.</summary>
    /// <exception cref="Hdf5Exception">An attribute is corrupt.</exception>
    internal static List<(SourceField Field, ForeignDataset? Dataset)> OfObject(ObjectParts parts, bool readsAttributes)
    {
        List<(SourceField, ForeignDataset?)> fields = new(parts.Datasets.Count);
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((string name, ForeignDataset dataset) in parts.Datasets)
            foreach (SourceField field in FieldReader.FieldsOf(dataset, name, hasRows: false, readsAttributes))
                fields.Add((Unique(WithoutSingleAxis(field), names), dataset));
        foreach (ForeignAttribute attribute in parts.Attributes)
            if (FieldReader.FieldOf(attribute, parts.Path) is { } field && names.Add(field.Name))
                fields.Add((field, null));
        return fields;
    }

    private static SourceField Unique(SourceField field, HashSet<string> names)
    {
        string name = field.Name.Length is 0 ? "value" : field.Name;
        for (int number = 2; !names.Add(name); number++)
            name = $"{field.Name}_{number}";
        return name == field.Name ? field : field with { Name = name };
    }

    /// <summary>Treats [1] as a scalar, because some writers store the scalars of an object so.</summary>
    private static SourceField WithoutSingleAxis(SourceField field) =>
        field.Shape is [1] && field.Type.Axes.IsEmpty && GroupFacts.IsKey(field.Name) ? field with { Shape = [] } : field;
}
