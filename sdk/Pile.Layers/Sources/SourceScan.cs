using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Compares the files of a place with the rows of a source, and commits what was added, changed and removed.</summary>
/// <remarks>Both are read in the order of their paths, so that memory does not depend on their number, except for a hash of each
/// path.</remarks>
internal sealed class SourceScan
{
    private const int MostBlocksAhead = 64;

    private readonly LayerStore store;
    private readonly ISourceListing listing;
    private readonly ScanOptions options;
    private readonly LayerDatabase database;
    private readonly SourcePatches patches;
    private readonly LayerEditor editor;
    private readonly ScanSummary summary = new();
    private readonly List<ScannedFile> found = [];
    private readonly List<string> gone = [];
    private readonly HashSet<ulong> folded = [];
    private readonly Stopwatch sinceCommit = Stopwatch.StartNew();
    private LayerCommit? head;

    private SourceScan(LayerStore store, LayerCommit? head, ISourceListing listing, ScanOptions options, LayerDatabase database)
    {
        (this.store, this.head, this.listing, this.options, this.database) = (store, head, listing, options, database);
        (patches, editor) = (new SourcePatches(database), new LayerEditor(store, () => database));
        summary.Revision = listing.Revision;
    }

    /// <summary>Scans a place into a source, which is created if it does not exist.</summary>
    /// <param name="address">A folder, or <c>s3://bucket/prefix</c>.</param>
    /// <param name="source">The source.</param>
    /// <param name="options">What is looked for.</param>
    /// <param name="cancellationToken">Stops the scan. What was found is committed, and the next scan continues.</param>
    /// <exception cref="ArgumentException">The place does not exist, or the source is one of another place.</exception>
    /// <exception cref="PileException">The place cannot be listed, or the source cannot be written.</exception>
    internal static async Task<ScanSummary> RunAsync(string address, string source, ScanOptions options,
        CancellationToken cancellationToken)
    {
        ISourceListing files = await OpenListingAsync(address, source, options, cancellationToken).ConfigureAwait(false);
        LayerStore opened = await SourcePlace.OpenOrCreateAsync(address, source, options.Storage, cancellationToken).ConfigureAwait(false);
        LayerCommit? newest = await opened.ResolveAsync(null, cancellationToken).ConfigureAwait(false);
        using LayerDatabase work = new();
        LayerState? state = newest is null ? null : await LayerSnapshot.Of(opened, newest).StateAsync(() => work, options.Storage, null,
            cancellationToken).ConfigureAwait(false);
        SourceScan scan = new(opened, newest, files, options, work);
        using KnownRows known = KnownRows.Open(state, newest?.Fields ?? [], work, cancellationToken);
        try
        {
            await scan.MergeAsync(known, state?.Rows, cancellationToken).ConfigureAwait(false);
        }
        catch when (scan.found.Count + scan.gone.Count > 0)
        {
            await scan.TryCommitAsync().ConfigureAwait(false);
            throw;
        }
        await scan.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return scan.summary;
    }

    private static async Task<ISourceListing> OpenListingAsync(string address, string source, ScanOptions options,
        CancellationToken cancellationToken)
    {
        IFileStore place = FileStore.For(address, options.Storage);
        if (options.Revision is { } revision)
            return place.Traits.IsLocal ? await GitListing.OpenAsync(place.LocalRoot, revision, cancellationToken).ConfigureAwait(false)
                : throw new ArgumentException($"'{address}' is not a folder, but a revision is one of a Git repository in a folder.");
        if (!place.Traits.IsLocal)
            return new BucketListing(place, source.StartsWith(address.TrimEnd('/') + "/", StringComparison.Ordinal)
                ? source[(address.TrimEnd('/').Length + 1)..].TrimEnd('/') + "/" : null);
        if (!ExistingPath.IsFolder(place.LocalRoot))
            throw new ArgumentException($"There is no folder '{address}'.");
        return new FolderListing(place.LocalRoot, FileStore.IsRemote(source) ? new HashSet<string>()
            : new HashSet<string>([Path.TrimEndingDirectorySeparator(Path.GetFullPath(source))], StringComparer.Ordinal), options.Workers);
    }

    private async Task MergeAsync(KnownRows known, long? before, CancellationToken cancellationToken)
    {
        string? previous = null;
        FileExamination examination = new(options.Checksums);
        await foreach (IReadOnlyList<ScannedFile> block in ListAheadAsync(cancellationToken).ConfigureAwait(false))
        {
            List<ScannedFile> examined = [];
            int first = found.Count;
            foreach (ScannedFile file in block)
            {
                if (previous is not null && Utf8Order.Compare(previous, file.Path) >= 0)
                    throw new StoreException(StoreFault.InvalidResponse, store.Address,
                        $"'{file.Path}' was listed after '{previous}', but files must be listed in the order of their names",
                        "Scan a store that lists names in order");
                previous = file.Path;
                Compare(file, known, examined);
            }
            if ((options.Sniffs || options.Checksums) && examined.Count > 0)
                await listing.ExamineAsync(examined, examination, summary.Skipped, cancellationToken).ConfigureAwait(false);
            Count(first);
            options.OnProgress?.Invoke(summary.Files, before);
            if (found.Count + gone.Count >= options.CommitRows
                || (found.Count + gone.Count > 0 && sinceCommit.Elapsed >= options.CommitTime))
                await CommitAsync(isComplete: false, cancellationToken).ConfigureAwait(false);
        }
        while (known.Current is { } row)
        {
            Remove(row);
            known.MoveNext();
        }
    }

    /// <summary>Lists files on another thread while those before are compared, examined and committed.</summary>
    private async IAsyncEnumerable<IReadOnlyList<ScannedFile>> ListAheadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<IReadOnlyList<ScannedFile>> blocks = Channel.CreateBounded<IReadOnlyList<ScannedFile>>(
            new BoundedChannelOptions(MostBlocksAhead) { SingleReader = true, SingleWriter = true });
        Task ahead = Task.Run(() => ListAsync(blocks.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (IReadOnlyList<ScannedFile> block in blocks.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested(); // the channel does not look while it has blocks
                yield return block;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ahead.ConfigureAwait(false);
        }
    }

    private async Task ListAsync(ChannelWriter<IReadOnlyList<ScannedFile>> blocks, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (IReadOnlyList<ScannedFile> block in listing.ListAsync(summary.Skipped, cancellationToken).ConfigureAwait(false))
                await blocks.WriteAsync(block, cancellationToken).ConfigureAwait(false);
            blocks.Complete();
        }
        catch (Exception e)
        {
            blocks.Complete(e); // thrown where the blocks are read
        }
    }

    private void Compare(ScannedFile file, KnownRows known, List<ScannedFile> examined)
    {
        int order;
        while ((order = known.Current is null ? 1 : Utf8Order.Compare(known.Current.Path, file.Path)) < 0)
        {
            Remove(known.Current!);
            known.MoveNext();
        }
        if (file.IsUnexamined)
        {
            if (order == 0)
            {
                KeepUnexamined(file, known.Current!);
                known.MoveNext();
            }
            return; // a file without a row has no size to list
        }
        summary.Files++;
        if (order > 0)
        {
            file.MediaType ??= NamedMediaTypes.Of(file.Path);
            summary.Added++;
        }
        else
        {
            KnownRow row = known.Current!;
            bool isSame = row.IsLike(file);
            if (isSame && !row.IsUnexamined && (row.IsLfsPointer
                || ((row.IsSniffed || !options.Sniffs) && (row.Sha256 is not null || !options.Checksums))))
            {
                CountKept(row);
                AddFolded(row.Path, row.Folded);
                known.MoveNext();
                return;
            }
            if (isSame)
                file.Keep(row); // the content is read for what was not asked for before
            if (isSame && row.IsUnexamined)
            {
                (file.Fault, file.IsSniffed) = (null, false); // an earlier fault is not known any more
                summary.Changed++;
            }
            if (!isSame)
            {
                file.MediaType ??= NamedMediaTypes.Of(file.Path);
                summary.Changed++;
            }
            known.MoveNext();
        }
        found.Add(file);
        if (!file.IsLfsPointer)
            examined.Add(file);
    }

    // The file exists: its row, with the fields of users, stays as it is until the file can be examined again.
    private void KeepUnexamined(ScannedFile file, KnownRow row)
    {
        summary.Files++;
        if (row.Fault == file.Fault)
        {
            CountKept(row);
            AddFolded(row.Path, row.Folded);
            return;
        }
        string? fault = file.Fault;
        file.Keep(row);
        (file.Fault, file.ModifiedMicros) = (fault, row.ModifiedMjd is { } mjd ? KnownRows.MicrosOf(mjd) : null);
        summary.Changed++;
        found.Add(file);
    }

    private void CountKept(KnownRow row)
    {
        summary.Bytes += row.SizeBytes;
        summary.Faults += row.Fault is null ? 0 : 1;
    }

    private void Remove(KnownRow row)
    {
        if (summary.Skipped.HasFolderOf(row.Path))
        {
            summary.Files++;
            CountKept(row);
            return; // its folder could not be listed
        }
        gone.Add(row.Path);
        summary.Removed++;
    }

    // After the examination, which may find the size of a pointer of Git LFS.
    private void Count(int first)
    {
        for (int i = first; i < found.Count; i++)
        {
            summary.Bytes += found[i].SizeBytes;
            summary.LfsPointers += found[i].IsLfsPointer ? 1 : 0;
            summary.Faults += found[i].Fault is null ? 0 : 1;
        }
    }

    private void AddFolded(string path, ulong hash)
    {
        if (folded.Add(hash))
            return;
        summary.Alike++;
        summary.ExampleAlike ??= path;
    }

    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        LayerScan? last = await SourcePlace.LastScanAsync(store, head, cancellationToken).ConfigureAwait(false);
        if (found.Count + gone.Count > 0 || last != ScanOf(isComplete: true))
            await CommitAsync(isComplete: true, cancellationToken).ConfigureAwait(false);
        summary.Commit = head!.Number;
        if (await StateFiles.IsDueAsync(store, head, cancellationToken).ConfigureAwait(false))
            await StateFiles.PutAsync(store, head, await LayerSnapshot.Of(store, head).StateAsync(() => database, options.Storage, null,
                cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async Task TryCommitAsync()
    {
        try
        {
            await CommitAsync(isComplete: false, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is PileException or IOException or UnauthorizedAccessException)
        {
            // The first error is reported. The next scan finds these files again.
        }
    }

    private LayerScan ScanOf(bool isComplete) => new(isComplete, summary.Skipped.Count, listing.Revision);

    private async Task CommitAsync(bool isComplete, CancellationToken cancellationToken)
    {
        List<(LayerOperation, PatchDraft?)> steps = [];
        if (found.Count > 0)
            steps.AddRange(LayerChange.Of(patches.Write(found, (i, hash) => AddFolded(found[i].Path, hash)), "", "").Steps);
        if (gone.Count > 0)
            steps.Add((new LayerOperation { Kind = OperationKind.RemoveRows }, patches.WriteRemoved(gone)));
        head = await editor.CommitAsync(new LayerChange
        {
            Steps = [.. steps],
            Author = options.Author,
            Message = isComplete ? "scan" : "scan, continued by the next commit",
            Scan = ScanOf(isComplete),
        }, head, cancellationToken).ConfigureAwait(false);
        foreach ((_, PatchDraft? patch) in steps)
            TemporaryPath.Delete(patch!.Path);
        found.Clear();
        gone.Clear();
        sinceCommit.Restart();
    }
}
