using Pile.Format;
using Pile.Storage;

namespace Pile.Publishing.Copying;

/// <summary>Copies a dataset file by file: the record first, the manifest last.</summary>
internal sealed class FullCopy(SourceDataset source, Destination destination, CopyOptions options)
{
    private readonly SourceFaults faults = new(source.Store.Address);
    private long done, total;
    private string phase = CopyPhase.Copy;

    internal async Task<CopySummary> RunAsync(CancellationToken cancellationToken)
    {
        bool exists = await destination.RequireFreeAsync(source, options.Resume, cancellationToken).ConfigureAwait(false);
        List<ListedFile> missing = [.. source.Files];
        if (options.Resume)
            missing = await MissingAsync(cancellationToken).ConfigureAwait(false);
        ListedFile? card = source.Card is { } text ? new ListedFile(DatasetPaths.Readme, text.Length, SourceDataset.Hash(text)) : null;
        if (card is not null && options.Resume && await destination.HasAsync(card, cancellationToken).ConfigureAwait(false))
            card = null;
        int others = (card is null ? 0 : 1) + (exists ? 0 : 1);
        CopySummary summary = new(missing.Count + others,
            missing.Sum(f => f.Bytes) + (card?.Bytes ?? 0) + (exists ? 0 : source.ManifestBytes.Length),
            source.Files.Count + (source.Card is null ? 1 : 2) - missing.Count - others);
        options.Planned?.Invoke(new CopyPlan(summary.Files, summary.Bytes, !destination.IsLocal));

        await destination.BeginAsync(source, cancellationToken).ConfigureAwait(false);
        if (options.Resume)
            await destination.DiscardUnfinishedAsync(cancellationToken).ConfigureAwait(false);
        Begin(CopyPhase.Copy, missing.Sum(f => f.Bytes));
        await ForAllAsync(missing, CopyAsync, cancellationToken).ConfigureAwait(false);
        if (card is not null)
            await destination.PutAsync(card, new MemoryStream(source.Card!), cancellationToken).ConfigureAwait(false);
        await destination.CompleteAsync(source, exists, cancellationToken).ConfigureAwait(false);
        return summary;
    }

    /// <summary>Returns the files that are missing or not valid at the destination.</summary>
    private async Task<List<ListedFile>> MissingAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, long> existing = new(StringComparer.Ordinal);
        await foreach (StoredFile file in destination.Store.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            existing[file.Path] = file.Bytes;
        ListedFile[] candidates = [.. source.Files.Where(f => existing.TryGetValue(f.Path, out long bytes) && bytes == f.Bytes)];
        Begin(CopyPhase.Check, candidates.Sum(f => f.Bytes));
        System.Collections.Concurrent.ConcurrentDictionary<string, bool> isValid = new(StringComparer.Ordinal);
        await ForAllAsync(candidates, async (file, token) =>
        {
            isValid[file.Path] = await destination.HasAsync(file, token).ConfigureAwait(false);
            Add(file.Bytes);
        }, cancellationToken).ConfigureAwait(false);
        return [.. source.Files.Where(f => !isValid.GetValueOrDefault(f.Path))];
    }

    /// <summary>Copies one file and verifies it at the destination. A checksum mismatch is retried once before it is reported.</summary>
    private async ValueTask CopyAsync(ListedFile file, CancellationToken cancellationToken)
    {
        for (bool isLast = false; ; isLast = true)
        {
            long sent = 0;
            try
            {
                await SendAsync(file, count =>
                {
                    sent += count;
                    Add(count);
                }, cancellationToken).ConfigureAwait(false);
                if (await destination.HasAsync(file, cancellationToken).ConfigureAwait(false))
                    return;
                if (isLast)
                    throw destination.StoredBytesDiffer(file);
            }
            catch (ChecksumMismatchException e)
            {
                if (isLast)
                    throw faults.ChecksumMismatch(file, e.Found);
            }
            Add(-sent);
        }
    }

    private async Task SendAsync(ListedFile file, Action<long> report, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(file, () => source.Store.Open(file.Path, file.Bytes), source.Store.Traits.IsLocal, report, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Fault == StoreFault.NoRanges)
        {
            // The server does not support range requests: copy by way of the cache, which verifies the SHA-256 too.
            using LocalCopy copy = await FetchAsync(file, cancellationToken).ConfigureAwait(false);
            LocalFolder folder = new(Path.GetDirectoryName(copy.Path)!);
            await SendAsync(file, () => folder.Open(Path.GetFileName(copy.Path), file.Bytes), isLocal: true, report, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task SendAsync(ListedFile file, Func<IRandomAccessFile> open, bool isLocal, Action<long> report,
        CancellationToken cancellationToken)
    {
        IRandomAccessFile opened;
        try
        {
            opened = open();
        }
        catch (Exception e) when (SourceFaults.IsOfFile(e))
        {
            throw faults.Unreadable(file, e);
        }
        using (opened)
        {
            VerifiedContent content = new(opened, file, faults, isLocal, report);
            await using (content.ConfigureAwait(false))
                await destination.PutAsync(file, content, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<LocalCopy> FetchAsync(ListedFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await source.Store.LocalPathAsync(file.Path, new KnownFile(file.Bytes, file.Sha256), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (SourceFaults.IsOfFile(e))
        {
            throw faults.Unreadable(file, e);
        }
    }

    private async Task ForAllAsync(IEnumerable<ListedFile> files, Func<ListedFile, CancellationToken, ValueTask> work,
        CancellationToken cancellationToken)
    {
        try
        {
            await Parallel.ForEachAsync(files, new ParallelOptions
            {
                MaxDegreeOfParallelism = options.Parallel,
                CancellationToken = cancellationToken
            }, work).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            // instead of the exceptions that stores throw when cancelled
            throw new OperationCanceledException("The copy was cancelled.", e, cancellationToken);
        }
    }

    private void Begin(string next, long bytes)
    {
        (phase, total) = (next, bytes);
        Interlocked.Exchange(ref done, 0);
        Add(0);
    }

    private void Add(long bytes) => options.Progress?.Report(new PhaseProgress(phase, Interlocked.Add(ref done, bytes), total));
}
