using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>Collects the columns of a layout, and what a dataset lacks for it.</summary>
/// <param name="manifest">The manifest of the dataset.</param>
internal sealed class MmuTable(Manifest manifest)
{
    internal const string Id = "object_id", Ra = "ra", Dec = "dec", Healpix = "healpix";

    private readonly List<MmuColumn> columns = [];
    private readonly List<string> missing = [], unsuitable = [];

    /// <summary>The manifest of the dataset.</summary>
    internal Manifest Manifest => manifest;

    /// <summary>Finds a stored column by one of several names: exactly, as an alias without conversion, or in another case.</summary>
    internal ColumnSchema? Find(params ReadOnlySpan<string> names)
    {
        foreach (StringComparison comparison in (ReadOnlySpan<StringComparison>)[StringComparison.Ordinal,
            StringComparison.OrdinalIgnoreCase])
            foreach (string name in names)
                if (manifest.Columns.FirstOrDefault(c => c.Name.Equals(name, comparison)) is { } column)
                    return column;
                else if (manifest.Aliases.FirstOrDefault(a => a.Name.Equals(name, comparison)) is { Native: { } native, Scale: 1 })
                    return manifest.Column(native);
        return null;
    }

    /// <summary>Finds a column that the layout requires. If it is missing, the table is not complete.</summary>
    internal ColumnSchema? Require(params ReadOnlySpan<string> names)
    {
        ColumnSchema? found = Find(names);
        if (found is null)
            missing.Add(names[0]);
        return found;
    }

    /// <summary>Finds a mask that the layout requires. Its polarity must be known.</summary>
    internal ColumnSchema? RequireMask(params ReadOnlySpan<string> names)
    {
        ColumnSchema? mask = Require(names);
        if (mask is { MaskPolarity: null })
            Reject(mask, "a declared mask polarity");
        return mask;
    }

    /// <summary>Requires the shape of a column's rows.</summary>
    internal void RequireShape(ColumnSchema? column, params ReadOnlySpan<int> expected)
    {
        if (column is not null && !column.Shape.AsSpan().SequenceEqual(expected))
            Reject(column, $"the shape [{string.Join(", ", expected.ToArray())}]");
    }

    /// <summary>Adds a finding: a column is not what the layout requires.</summary>
    internal void Reject(ColumnSchema column, string expected) => unsuitable.Add($"'{column.Name}' must have {expected} (found {column})");

    /// <summary>Adds a column of the layout.</summary>
    internal void Add(MmuColumn column) => columns.Add(column);

    /// <summary>Adds stored columns under their own names, which must exist.</summary>
    internal void AddRequired(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            AddRequiredAs(name);
    }

    /// <summary>Adds a stored column, which must exist under the name or another one.</summary>
    /// <returns>The stored column; null if it is missing.</returns>
    internal ColumnSchema? AddRequiredAs(string name, params ReadOnlySpan<string> otherNames)
    {
        ColumnSchema? found = Require([name, .. otherNames]);
        if (found is not null)
            Add(new StoredColumn(name, found, isRequired: true));
        return found;
    }

    /// <summary>Adds the stored columns that the table does not have yet, with a companion for missing values.</summary>
    internal void AddOthers(bool withHeavy)
    {
        HashSet<string> taken = columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (ColumnSchema column in manifest.Columns)
            if ((withHeavy || !column.IsHeavy) && taken.Add(column.Name))
            {
                Add(new StoredColumn(column.Name, column, isRequired: false));
                if (column.Nullable)
                    Add(new MissingColumn(column));
            }
    }

    /// <summary>Returns the columns.</summary>
    /// <exception cref="SchemaMismatchException">The dataset lacks columns, or they have other shapes.</exception>
    internal ImmutableArray<MmuColumn> Finish(string layout)
    {
        string remedy = "Use a dataset that has them, add light columns with a layer, or set ExportOptions.Layout to "
            + $"'{manifest.Modality}' for a table of its own columns";
        if (missing.Count > 0)
            throw new SchemaMismatchException($"Dataset '{manifest.Name}'", null,
                $"the layout '{layout}' requires columns that it lacks: {string.Join(", ", missing)}", remedy)
            { IsOfCaller = true };
        if (unsuitable.Count > 0)
            throw new SchemaMismatchException($"Dataset '{manifest.Name}'", null,
                $"columns do not fit the layout '{layout}': {string.Join("; ", unsuitable)}", remedy)
            { IsOfCaller = true };
        HashSet<string> names = new(StringComparer.Ordinal);
        return [.. columns.Where(column => names.Add(column.Name))];
    }
}
