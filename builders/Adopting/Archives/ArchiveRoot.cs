using Pile.Format;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>A folder, bucket or server that the user named, below which are the files of an archive.</summary>
/// <param name="Uri">The address in the dataset, without a slash at the end: <c>mount://photos</c> for a local folder, otherwise its own
/// address.</param>
/// <param name="Store">Its files.</param>
internal sealed record ArchiveRoot(string Uri, IFileStore Store)
{
    /// <summary>Returns the address of a file in the dataset.</summary>
    /// <param name="path">Its path below the root, with <c>/</c>.</param>
    internal string UriOf(string path) => $"{Uri}/{path}";

    /// <summary>Returns why the dataset cannot have the address of a file (SCHEMA.md, S15.3); null if it can.</summary>
    /// <param name="path">Its path below the root.</param>
    internal string? FindFault(string path) => path.Contains('\\', StringComparison.Ordinal)
        ? FileName.Backslash : SourceUri.FindFault(UriOf(path)) is { } fault ? $"the address is not valid in a dataset: {fault}" : null;

    /// <summary>Checks that the dataset can have the address of a file.</summary>
    /// <param name="path">Its path below the root.</param>
    /// <exception cref="SourceUnreadableException">It cannot.</exception>
    internal void RequireAddress(string path)
    {
        if (FindFault(path) is { } fault)
            throw new SourceUnreadableException(Store.Traits.IsLocal ? Path.Combine(Store.LocalRoot, path) : UriOf(path),
                fault, "Rename it");
    }
}
