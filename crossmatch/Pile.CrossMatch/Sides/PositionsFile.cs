using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;

namespace Pile.CrossMatch;

/// <summary>Finds and opens the sorted positions of a dataset.</summary>
internal static class PositionsFile
{
    /// <summary>Finds the file of positions of a dataset.</summary>
    /// <returns>Null if the dataset has no such file.</returns>
    internal static async Task<DatasetFile?> FindAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        if (dataset.IsWithoutIndex)
            return null;
        FileList files = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        return files.Files.FirstOrDefault(f => f.Kind == DatasetFileKind.Meta
            && f.Path.EndsWith(DatasetPaths.Positions(""), StringComparison.Ordinal)) is { } file
            && (!dataset.Store.Traits.IsLocal || File.Exists(LocalPath(dataset, file))) ? file : null;
    }

    /// <summary>Maps the file where it is, or where the cache has it.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="file">Its file of positions.</param>
    /// <param name="cancellationToken">Cancels requests until the positions are closed.</param>
    /// <exception cref="PileException">It is damaged, or the store fails.</exception>
    internal static async Task<MappedPositions> OpenAsync(Dataset dataset, DatasetFile file, CancellationToken cancellationToken)
    {
        if (dataset.Store.Traits.IsLocal)
        {
            FileInfo found = new(LocalPath(dataset, file));
            return found.Length == file.Bytes ? MappedPositions.Open(found.FullName, dataset.Address)
                : throw new DatasetInvalidException(dataset.Address,
                    $"'{file.Path}' has {found.Length} bytes, '{DatasetPaths.Files}' lists {file.Bytes}",
                    "Get the file again, or build the dataset again");
        }
        try
        {
            if (await OpenCachedAsync(dataset, file, cancellationToken).ConfigureAwait(false) is { } cached)
                return cached;
        }
        catch (StoreException e) when (e.Fault == StoreFault.NoRanges)
        {
            // The whole file, then.
        }
        LocalCopy copy = await dataset.Store.LocalPathAsync(file.Path, new KnownFile(file.Bytes, file.Sha256), cancellationToken)
            .ConfigureAwait(false);
        return MappedPositions.Open(copy, dataset.Address);
    }

    // Null if the footer has no checksum: what its parts are is then not known to be right.
    private static async Task<MappedPositions?> OpenCachedAsync(Dataset dataset, DatasetFile file, CancellationToken cancellationToken)
    {
        if (await CachedFile.TryOpenAsync(dataset, file, cancellationToken).ConfigureAwait(false) is not { } cached)
            return null;
        MappedPositions positions = await Task.Run(() => MappedPositions.Open(cached, $"{dataset.Address}/{file.Path}", dataset.Address),
            cancellationToken).ConfigureAwait(false);
        if (positions.HasFooterChecksum)
            return positions;
        positions.Dispose();
        return null;
    }

    private static string LocalPath(Dataset dataset, DatasetFile file) => Path.Combine(dataset.Address, file.Path);
}
