using Pile.Format;
using Pile.Publishing.Copying;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Publishing;

/// <summary>Copies datasets, or parts of them, between folders and stores, with verification.</summary>
/// <remarks>
/// <para>The SHA-256 of every file is compared with <c>files.parquet</c> while the file is copied; a file with wrong bytes is never
/// completed at the destination. What was written is then verified. In a folder, it is read back and hashed. For S3, each request carries
/// the MD5 of its body, which the server checks, and the length and SHA-256 of the object, which S3 stores as metadata, are queried.</para>
/// <para>The manifest is written last: a reader sees either the complete dataset or no dataset. A copy that is interrupted at any point
/// leaves a file <c>.pile-copy</c> and complete files, which a resumed copy skips.</para>
/// </remarks>
public static class DatasetCopy
{
    private const string AgainEnding = ".pile-part";

    /// <summary>Copies a dataset or a part of it, or builds a dataset from a HATS catalogue.</summary>
    /// <param name="source">A folder, <c>s3://bucket/prefix</c>, <c>http(s)://…</c>, or a saved query, whose rows are copied with all
    /// columns.</param>
    /// <param name="destination">A folder or <c>s3://bucket/prefix</c>, empty or absent unless <see cref="CopyOptions.Resume"/> is
    /// set.</param>
    /// <param name="options">Which part is copied, and how; null for all of it.</param>
    /// <param name="cancellationToken">Cancels the copy: the destination then has no manifest, or the one it had.</param>
    /// <exception cref="ArgumentException">The destination is a web server or inside
    /// the source; a cell or the condition is not valid, or selects no row.</exception>
    /// <exception cref="DatasetNotFoundException">There is no dataset at the source.</exception>
    /// <exception cref="DatasetInvalidException">A file of the source is missing,
    /// or its bytes were wrong twice; the message contains its path.</exception>
    /// <exception cref="OutputExistsException">The destination contains something that must not be overwritten.</exception>
    /// <exception cref="PileException">The destination is full or cannot be written to, or another copy is writing it.</exception>
    /// <exception cref="StoreException">A store denies access, cannot be reached, or fails in all attempts.</exception>
    public static async Task<CopySummary> RunAsync(string source, string destination, CopyOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        options ??= new CopyOptions();
        options.Check();
        if (destination.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || destination.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{destination}' is a web server, which can only be read. Copy to a folder or to "
                + "s3://bucket/prefix that the server publishes.", nameof(destination));
        IFileStore store = FileStore.For(destination, options.Storage);
        string whole = await SavedQueryFile.DatasetOfAsync(source, options.Storage, cancellationToken).ConfigureAwait(false);
        if (RootOf(store).StartsWith(RootOf(FileStore.For(whole, options.Storage)) + '/', StringComparison.Ordinal))
            throw new ArgumentException($"'{destination}' is inside '{whole}', a dataset that the copy would change. Choose a "
                + "destination outside of it.", nameof(destination));
        return options.IsPart || whole != source || await IsCatalogueAsync(source, options, cancellationToken).ConfigureAwait(false)
            ? await PartAsync(source, store, options, cancellationToken).ConfigureAwait(false)
            : await FullCopyAsync(source, store, options, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> IsCatalogueAsync(string source, CopyOptions options, CancellationToken cancellationToken)
    {
        Dataset dataset = await Dataset.OpenAsync(source, DatasetOptionsOf(options), cancellationToken).ConfigureAwait(false);
        await using (dataset.ConfigureAwait(false))
            return dataset.Manifest.Foreign is not null;
    }

    private static DatasetOptions DatasetOptionsOf(CopyOptions options) => new()
    {
        Threads = options.Workers,
        QueryMemoryBytes = options.MemoryBytes,
        Storage = options.Storage,
        Mounts = options.Mounts,
        Layers = options.Layers,
        IdColumn = options.IdColumn,
        OnUnverified = options.OnMessage,
    };

    /// <summary>Returns the place of a store, the same for all paths and links that lead to it.</summary>
    internal static string RootOf(IFileStore store) => (store.Traits.IsLocal ? RealPath.Of(store.LocalRoot) : store.Address).TrimEnd('/');

    private static async Task<CopySummary> FullCopyAsync(string source, IFileStore store, CopyOptions options,
        CancellationToken cancellationToken)
    {
        using Destination destination = new(store);
        return await new FullCopy(await SourceDataset.OpenAsync(source, options, cancellationToken).ConfigureAwait(false),
            destination, options).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<CopySummary> PartAsync(string source, IFileStore destination, CopyOptions options,
        CancellationToken cancellationToken)
    {
        // For a local destination, the part is written to a folder beside it, so that the last step is a rename.
        if (destination.Traits.IsLocal)
            return await LocalPartAsync(source, destination, options, cancellationToken).ConfigureAwait(false);
        string work = options.WorkFolder is { } folder ? Path.Combine(folder, $"pile-part-{Guid.NewGuid():N}")
            : TemporaryPath.InSystemFolder("part"), made = Path.Combine(work, "part");
        try
        {
            Directory.CreateDirectory(work);
            // The same part always has the same bytes, so the files of an interrupted copy can be skipped.
            await WritePartAsync(source, made, options with { Resume = false }, replace: false, cancellationToken).ConfigureAwait(false);
            return await FullCopyAsync(made, destination, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            TemporaryPath.Delete(work);
        }
    }

    private static async Task<CopySummary> LocalPartAsync(string source, IFileStore destination, CopyOptions options,
        CancellationToken cancellationToken)
    {
        string folder = destination.LocalRoot;
        bool exists = Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
        if (File.Exists(folder) || (exists && (!options.Resume || !File.Exists(Path.Combine(folder, DatasetPaths.Manifest)))))
            throw new OutputExistsException(destination.Address,
                "Choose another destination, or resume the copy (CopyOptions.Resume) if it is the same part");
        if (!exists)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder); // empty; the writer creates its own
            return await WritePartAsync(source, folder, options, replace: false, cancellationToken).ConfigureAwait(false);
        }
        // The part is written again to another folder and compared with the existing one.
        string again = Path.Combine(Path.GetDirectoryName(folder)!,
            $".{FileNameLimit.Fit(Path.GetFileName(folder), ".".Length + AgainEnding.Length)}{AgainEnding}");
        try
        {
            await WritePartAsync(source, again, options, replace: true, cancellationToken).ConfigureAwait(false);
            return await FullCopyAsync(again, destination, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            TemporaryPath.Delete(again);
        }
    }

    private static async Task<CopySummary> WritePartAsync(string source, string folder, CopyOptions options, bool replace,
        CancellationToken cancellationToken)
    {
        Dataset dataset = await Dataset.OpenAsync(source, DatasetOptionsOf(options), cancellationToken).ConfigureAwait(false);
        await using (dataset.ConfigureAwait(false))
        {
            dataset.RequireIndex("A new dataset");
            if (dataset.Source is not null)
                throw new ArgumentException($"'{source}' is a source, whose files are not copied. Make a dataset of it with 'pile build "
                    + $"--from {source} --out DIR', or copy the folder of the source itself.");
            else if (dataset.Catalogue is { } catalogue)
                await new CatalogueCopy(dataset, catalogue.Identity, options).WriteAsync(folder, replace, cancellationToken)
                    .ConfigureAwait(false);
            else
            {
                SourceDataset whole = await SourceDataset.OpenAsync(
                    await SavedQueryFile.DatasetOfAsync(source, options.Storage, cancellationToken).ConfigureAwait(false), options,
                    cancellationToken).ConfigureAwait(false);
                await new DatasetPart(dataset, whole.Identity, whole.ManifestBytes.Length, options).WriteAsync(folder, replace,
                    cancellationToken).ConfigureAwait(false);
            }
        }
        SourceDataset made = await SourceDataset.OpenAsync(folder, options, cancellationToken).ConfigureAwait(false);
        return new CopySummary(made.Files.Count + 1, made.Files.Sum(f => f.Bytes) + made.ManifestBytes.Length, 0);
    }
}
