using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>The datasets and attributes of one object.</summary>
/// <param name="Path">The path of its group; empty for the root.</param>
/// <param name="Attributes">The attributes of its group.</param>
internal sealed record ObjectParts(string Path, IReadOnlyList<ForeignAttribute> Attributes)
{
    private const int MaxDatasets = 100_000;

    /// <summary>Its datasets, and the names of their columns.</summary>
    internal List<(string Name, ForeignDataset Dataset)> Datasets { get; } = [];

    /// <summary>The datasets that Pile cannot describe.</summary>
    internal List<string> Findings { get; } = [];

    /// <summary>The name of its group.</summary>
    internal string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Lists the objects of a file in the order of their paths.</summary>
    /// <param name="file">The file.</param>
    /// <param name="depth">The number of groups between the root and an object; 0 if the file is the object.</param>
    /// <exception cref="Hdf5Exception">A group or dataset is corrupt.</exception>
    internal static IEnumerable<ObjectParts> List(ForeignFile file, int depth)
    {
        ObjectParts? current = depth is 0 ? new("", file.ReadAttributes()) : null;
        foreach (ForeignEntry entry in file.Walk())
        {
            if (entry.Kind is ForeignEntryKind.Group && entry.Depth == depth - 1)
            {
                if (current is { Datasets.Count: > 0 })
                    yield return current;
                current = new(entry.Path, file.ReadAttributes(entry));
            }
            else if (entry.Kind is ForeignEntryKind.Dataset && entry.Depth >= depth && current is not null
                && AstropyTable.TableOf(entry.Path) is null)
            {
                if (current.Datasets.Count == MaxDatasets)
                    throw new Hdf5Exception(file.Path, current.Path, $"it has more than {MaxDatasets} datasets");
                int start = current.Path.Length is 0 ? 0 : current.Path.Length + 1;
                if (TryOpen(file, entry, current.Findings) is { } dataset && !CfAttributes.IsDimension(dataset))
                    current.Datasets.Add((FieldNames.OfPath(entry.Path.AsSpan(start)), dataset));
            }
        }
        if (current is { Datasets.Count: > 0 })
            yield return current;
    }

    /// <summary>Opens a dataset; null with a finding if it is valid HDF5 that Pile does not read.</summary>
    internal static ForeignDataset? TryOpen(ForeignFile file, ForeignEntry entry, List<string> findings)
    {
        try
        {
            return file.OpenDataset(entry);
        }
        catch (Hdf5Exception e) when (e.IsUnsupported)
        {
            findings.Add($"'{entry.Path}' is left out: {e.Finding}");
            return null;
        }
    }
}
