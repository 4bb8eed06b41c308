using Pile.Format;

namespace Pile.Hdf5;

/// <summary>An HDF5 file could not be read or written; the message holds the library's own words where it gave any.</summary>
/// <param name="filePath">The file.</param>
/// <param name="item">The dataset, group or attribute in it; null when the file as a whole is meant.</param>
/// <param name="finding">What was found.</param>
/// <param name="inner">The cause, where there is one.</param>
internal sealed class Hdf5Exception(string filePath, string? item, string finding, Exception? inner = null)
    : PileException(item is null ? $"HDF5 file '{filePath}': {finding}" : $"HDF5 file '{filePath}', '{item}': {finding}", inner)
{
    /// <summary>The file.</summary>
    public string FilePath { get; } = filePath;

    /// <summary>The dataset, group or attribute in it; null when the file as a whole is meant.</summary>
    public string? Item { get; } = item;

    /// <summary>What was found, without the file and the item.</summary>
    internal string Finding { get; } = finding;

    /// <summary>True if HDF5 allows what was found and Pile's format does not.</summary>
    internal bool IsNotOfFormat { get; init; }
}
