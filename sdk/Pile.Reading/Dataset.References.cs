using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

public sealed partial class Dataset
{
    private Task<OutsideFiles>? references;
    private Mounts? mounts;

    /// <summary>Returns the files outside the dataset. Their list is read once.</summary>
    /// <exception cref="PileException">The list is damaged, or the mounts are not valid.</exception>
    internal Task<OutsideFiles> ReferencesAsync(CancellationToken cancellationToken)
    {
        lock (viewing)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (references is null or { IsFaulted: true })
                references = BeginShared(OpenReferencesAsync);
            return references.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Returns the places of files outside the dataset: those of the caller, then those beside a local dataset.</summary>
    /// <exception cref="DocumentInvalidException">The file of mounts is not valid.</exception>
    internal IReadOnlyList<KeyValuePair<string, string>> MountedPlaces() =>
        [.. Options.Mounts, .. Store.Traits.IsLocal ? MountsFile.Read(Store.LocalRoot) : []];

    private async Task<OutsideFiles> OpenReferencesAsync(CancellationToken cancellationToken)
    {
        Mounts places = Mounts.Of(Store, Options);
        Volatile.Write(ref mounts, places);
        ReferenceList list = await ReferenceListAsync(cancellationToken).ConfigureAwait(false);
        return new OutsideFiles(new PieceFiles(new ReferenceSources(list, places), Options.MaxOpenShards), new WindowSources(list, places));
    }

    /// <summary>Reads the list of the files outside the dataset; it is empty if the dataset refers to none.</summary>
    /// <exception cref="DatasetInvalidException">The list is damaged or missing.</exception>
    internal async Task<ReferenceList> ReferenceListAsync(CancellationToken cancellationToken)
    {
        FileList list = await FilesAsync(cancellationToken).ConfigureAwait(false);
        string path = DatasetPaths.Sources(Manifest.Subset);
        if (list.Files.FirstOrDefault(f => f.Path == path) is not { } file)
            return Manifest.Columns.All(c => !c.IsOutside) ? new ReferenceList()
                : throw new DatasetInvalidException(Address, $"'{path}' is missing, but columns are in other files",
                    "Get the dataset again, or run 'pile validate' for all findings");
        return await ReadMetaAsync(file, ReferenceList.Read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies a file of kind meta by its SHA-256, and reads it with DuckDB.</summary>
    /// <exception cref="DatasetInvalidException">The file is damaged or missing.</exception>
    private async Task<T> ReadMetaAsync<T>(DatasetFile file, Func<DuckDbConnection, string, CancellationToken, T> read,
        CancellationToken cancellationToken)
    {
        try
        {
            using LocalCopy copy = await Store.LocalPathAsync(file.Path,
                new KnownFile(file.Bytes, file.Sha256.Length > 0 ? file.Sha256 : null), cancellationToken).ConfigureAwait(false);
            if (Options.VerifyIndex && file.Sha256.Length > 0)
                FileDigest.Require(copy.Path, file.Sha256, cancellationToken);
            using DuckDbConnection connection = Database.Connect();
            return await Task.Run(() => read(connection, copy.Path, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or FormatException
            or DuckDbException)
        {
            throw new DatasetInvalidException(Address, $"'{file.Path}' cannot be read: {e.Message.Split('\n')[0]}",
                "Get the dataset again, or run 'pile validate' for all findings", e);
        }
    }
}
