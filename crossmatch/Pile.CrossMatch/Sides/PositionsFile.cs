using Pile.Format;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>Finds the sorted positions of a dataset.</summary>
internal static class PositionsFile
{
    /// <summary>Finds the file of positions of a dataset.</summary>
    /// <returns>The file; null if the dataset has no such file.</returns>
    internal static async Task<DatasetFile?> FindAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        if (dataset.IsWithoutIndex)
            return null;
        FileList files = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        return files.Files.FirstOrDefault(f => f.Kind == DatasetFileKind.Meta
            && f.Path.EndsWith(DatasetPaths.Positions(""), StringComparison.Ordinal)) is { } file
            && (!dataset.Store.Traits.IsLocal || File.Exists(LocalPath(dataset, file))) ? file : null;
    }

    private static string LocalPath(Dataset dataset, DatasetFile file) => Path.Combine(dataset.Address, file.Path);
}
