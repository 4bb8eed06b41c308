using Pile.Format;
using Pile.Publishing.Copying;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Publishing;

/// <summary>Copies datasets, or parts of them, between folders and stores: publishes, mirrors, takes home.</summary>
/// <remarks>
/// <para>Every file's SHA-256 is checked against <c>files.parquet</c> while its bytes go by, and a file whose bytes are wrong never becomes
/// a file of the destination. What was written is then seen to be there:
/// in a folder it is read back and summed; of S3 each request bears the MD5 of its body, which the server checks before it takes it, and
/// the object is asked for its length and its SHA-256, which it keeps as metadata.</para>
/// <para>The manifest comes last: a reader sees the whole dataset or none. Stopped at any point, a copy leaves a file <c>.pile-copy</c> and
/// whole files, which a resumed one takes up.</para>
/// </remarks>
public static class DatasetCopy
{
    /// <summary>Copies a dataset or a part of it.</summary>
    /// <param name="source">A folder, <c>s3://bucket/prefix</c> or <c>http(s)://…</c>.</param>
    /// <param name="destination">A folder or <c>s3://bucket/prefix</c>, empty or absent unless <see cref="CopyOptions.Resume"/> is
    /// set.</param>
    /// <param name="options">What is copied, and how; null for all of it.</param>
    /// <param name="cancellationToken">Stops the copy: the destination has no manifest then, or the one it had.</param>
    /// <exception cref="ArgumentException">The destination is a web server or lies within the source; a cell or the condition is none, or
    /// selects no row.</exception>
    /// <exception cref="DatasetNotFoundException">There is no dataset at the source.</exception>
    /// <exception cref="DatasetInvalidException">A file of the source is missing, or its bytes are wrong two times; it is
    /// named.</exception>
    /// <exception cref="OutputExistsException">At the destination is something that is not to be written over.</exception>
    /// <exception cref="OutputUnwritableException">The destination has no room, or cannot be written.</exception>
    /// <exception cref="StoreException">A store denies access, cannot be reached, or fails to the last attempt.</exception>
    public static async Task<CopySummary> RunAsync(string source, string destination, CopyOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        options ??= new CopyOptions();
        options.Check();
        if (destination.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || destination.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"Nothing can be copied to '{destination}': a web server is read, not written. Copy to a folder or "
                + "to s3://bucket/prefix that it shows.", nameof(destination));
        IFileStore store = FileStore.For(destination, options.Storage);
        if (RootOf(store).StartsWith(RootOf(FileStore.For(source, options.Storage)) + '/', StringComparison.Ordinal))
            throw new ArgumentException($"'{destination}' lies within '{source}', a dataset that the copy would change. Name a folder "
                + "outside of it.", nameof(destination));
        return options.IsPart
            ? await PartAsync(source, store, options, cancellationToken).ConfigureAwait(false)
            : await WholeAsync(source, store, options, cancellationToken).ConfigureAwait(false);
    }

    private static string RootOf(IFileStore store) => (store.Traits.IsLocal ? RealPath.Of(store.LocalRoot) : store.Address).TrimEnd('/');

    private static async Task<CopySummary> WholeAsync(string source, IFileStore destination, CopyOptions options,
        CancellationToken cancellationToken) =>
        await new WholeCopy(await SourceDataset.OpenAsync(source, options, cancellationToken).ConfigureAwait(false),
            new Destination(destination), options).RunAsync(cancellationToken).ConfigureAwait(false);

    private static async Task<CopySummary> PartAsync(string source, IFileStore destination, CopyOptions options,
        CancellationToken cancellationToken)
    {
        // A folder beside the destination where that is a folder, so that the last step is a rename; elsewhere for a remote one.
        if (destination.Traits.IsLocal)
            return await LocalPartAsync(source, destination, options, cancellationToken).ConfigureAwait(false);
        string work = options.WorkFolder is { } folder ? Path.Combine(folder, $"pile-part-{Guid.NewGuid():N}")
            : TemporaryPath.InSystemFolder("part"), made = Path.Combine(work, "part");
        try
        {
            Directory.CreateDirectory(work);
            // The same part has the same bytes whenever it is made: so what is there of an interrupted copy is known again.
            await MakeAsync(source, made, options with { Resume = false }, replace: false, cancellationToken).ConfigureAwait(false);
            return await WholeAsync(made, destination, options, cancellationToken).ConfigureAwait(false);
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
        bool isThere = Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
        if (File.Exists(folder) || (isThere && (!options.Resume || !File.Exists(Path.Combine(folder, DatasetPaths.Manifest)))))
            throw new OutputExistsException(destination.Address, "Choose another place, or go on with --resume where it is the same part");
        if (!isThere)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder); // empty: the writer puts its own in this place
            return await MakeAsync(source, folder, options, replace: false, cancellationToken).ConfigureAwait(false);
        }
        // Made again aside, it is held against what is there.
        string again = Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}.pile-part");
        try
        {
            await MakeAsync(source, again, options, replace: true, cancellationToken).ConfigureAwait(false);
            return await WholeAsync(again, destination, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            TemporaryPath.Delete(again);
        }
    }

    private static async Task<CopySummary> MakeAsync(string source, string folder, CopyOptions options, bool replace,
        CancellationToken cancellationToken)
    {
        SourceDataset whole = await SourceDataset.OpenAsync(source, options, cancellationToken).ConfigureAwait(false);
        Dataset dataset = await Dataset.OpenAsync(source,
            new DatasetOptions { Threads = options.Workers, QueryMemoryBytes = options.MemoryBytes, Storage = options.Storage },
            cancellationToken).ConfigureAwait(false);
        await using (dataset.ConfigureAwait(false))
            await new DatasetPart(dataset, whole.Identity, whole.ManifestBytes.Length, options).WriteAsync(folder, replace,
                cancellationToken).ConfigureAwait(false);
        SourceDataset made = await SourceDataset.OpenAsync(folder, options, cancellationToken).ConfigureAwait(false);
        return new CopySummary(made.Files.Count + 1, made.Files.Sum(f => f.Bytes) + made.ManifestBytes.Length, 0);
    }
}
