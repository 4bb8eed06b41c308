using Pile.Hdf5;

namespace Pile.Rasters;

/// <summary>The variables of a netCDF-4 or HDF5 file, and which coordinates their dimensions have.</summary>
/// <remarks>A dimension is an HDF5 dimension scale (HDF5 Dimension Scale Specification; netCDF-4 uses it). Without scales, a dimension is a
/// variable of one dimension with the axis and length wanted, in the group of the variable or above it.</remarks>
internal sealed class HdfVariables
{
    private const int MaxEntries = 100_000;
    private const string OnlyDimension = "This is a netCDF dimension but not a netCDF variable";

    private readonly ForeignFile file;
    private readonly Dictionary<string, HdfVariable> opened = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> pathOfAddress = [];
    private readonly List<string> paths = [];

    /// <exception cref="Hdf5Exception">The file is corrupt, or has too many objects.</exception>
    internal HdfVariables(ForeignFile file)
    {
        this.file = file;
        foreach (ForeignEntry entry in file.Walk())
        {
            if (entry.Kind is not ForeignEntryKind.Dataset)
                continue;
            if (paths.Count == MaxEntries)
                throw new Hdf5Exception(file.Path, null, $"the file has more than {MaxEntries} datasets");
            paths.Add(entry.Path);
            pathOfAddress.TryAdd(entry.Link.Address, entry.Path);
        }
    }

    /// <summary>The paths of all variables, in their order.</summary>
    internal IReadOnlyList<string> Paths => paths;

    /// <summary>Opens a variable that <see cref="Paths"/> lists.</summary>
    internal HdfVariable Open(string path)
    {
        if (!opened.TryGetValue(path, out HdfVariable? variable))
            opened.Add(path, variable = new HdfVariable(file.OpenDataset(path)));
        return variable;
    }

    /// <summary>Finds a variable that another one names: in its group, or in the groups above.</summary>
    internal HdfVariable? Find(HdfVariable from, string name)
    {
        if (name.StartsWith('/'))
            return paths.Contains(name[1..]) ? Open(name[1..]) : null;
        for (string group = from.Path; group.Length > 0;)
        {
            group = group.LastIndexOf('/') is > 0 and var end ? group[..end] : "";
            string path = group.Length > 0 ? $"{group}/{name}" : name;
            if (paths.Contains(path))
                return Open(path);
        }
        return null;
    }

    /// <summary>Finds the coordinates of a dimension; null if it has none.</summary>
    /// <remarks>A variable may have fewer records than the unlimited dimension that is its first: netCDF reads the others as
    /// missing.</remarks>
    /// <param name="variable">The variable.</param>
    /// <param name="dimension">The number of the dimension.</param>
    /// <param name="axis">What it is taken for if the file does not say which variable has the coordinates.</param>
    /// <exception cref="Hdf5Exception">The coordinates have another length, or a reference is corrupt.</exception>
    internal HdfVariable? CoordinatesOf(HdfVariable variable, int dimension, CfAxis axis)
    {
        long length = variable.Dataset.Shape[dimension];
        if (variable.Find("DIMENSION_LIST") is { } list)
        {
            if (list.ReadReferences() is var scales && dimension >= scales.Length)
                throw variable.Dataset.Invalid($"its attribute DIMENSION_LIST has {scales.Length} entries for dimension {dimension}");
            if (scales[dimension] is not [var address, ..] || !pathOfAddress.TryGetValue(address, out string? path))
                return null;
            HdfVariable scale = Open(path);
            if (scale.Text("NAME") is { } name && name.StartsWith(OnlyDimension, StringComparison.Ordinal))
                return null;
            bool mayBeLonger = dimension is 0 && variable.Dataset.MaxShape is [ForeignSpace.Unlimited, ..];
            return scale.Dataset.Shape is [var found] && (found == length || (mayBeLonger && found > length)) ? scale
                : throw scale.Dataset.Invalid($"its shape is [{string.Join(", ", scale.Dataset.Shape)}], but dimension {dimension} of "
                    + $"'{variable.Path}' has {length}");
        }
        string prefix = variable.Path[..(variable.Path.LastIndexOf('/') + 1)];
        HdfVariable[] candidates = [.. paths.Where(path => prefix.StartsWith(path[..(path.LastIndexOf('/') + 1)], StringComparison.Ordinal))
            .Select(Open).Where(other => other.Dataset.Shape is [var count] && count == length && CfAxes.Of(other) == axis)];
        return candidates.Length is 1 ? candidates[0] : null;
    }
}
