using System.Runtime.CompilerServices;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>The objects below a prefix of a bucket.</summary>
/// <param name="store">The prefix.</param>
/// <param name="excludedPrefix">Keys with this prefix are left out, such as those of the source itself; null for none.</param>
internal sealed class BucketListing(IFileStore store, string? excludedPrefix) : ISourceListing
{
    private const int BlockFiles = 1000; // a page of the listing

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<ScannedFile>> ListAsync(SkippedFiles skipped,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<ScannedFile> block = new(BlockFiles);
        await foreach (StoredFile file in store.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            if (excludedPrefix is not null && file.Path.StartsWith(excludedPrefix, StringComparison.Ordinal))
                continue;
            block.Add(new ScannedFile
            {
                Path = file.Path,
                SizeBytes = file.Bytes,
                ModifiedMicros = file.ModifiedMicros,
                ETag = file.ETag?.Trim('"'),
            });
            if (block.Count == BlockFiles) // before the next page is requested, which may fail
            {
                yield return block;
                block = new(BlockFiles);
            }
        }
        yield return block;
    }

    /// <inheritdoc/>
    public Task ExamineAsync(IReadOnlyList<ScannedFile> files, FileExamination examination, SkippedFiles skipped,
        CancellationToken cancellationToken) => Parallel.ForEachAsync(files,
            new ParallelOptions { MaxDegreeOfParallelism = store.Traits.ParallelRequests, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                try
                {
                    using IRandomAccessFile content = store.Open(file.Path, file.SizeBytes, file.ETag is null ? null : $"\"{file.ETag}\"");
                    await examination.RunAsync(file, content, token).ConfigureAwait(false);
                }
                catch (Exception e) when (e is FileNotFoundException or EndOfStreamException or InvalidDataException
                    or StoreException { Fault: StoreFault.Changed or StoreFault.InvalidResponse })
                {
                    file.Fault = e is FileNotFoundException ? "was deleted while it was scanned"
                        : e is StoreException { Fault: StoreFault.InvalidResponse } invalid ? $"cannot be read: {invalid.Finding}"
                        : "was changed while it was scanned";
                    (file.Sha256, file.IsSniffed) = (null, false);
                    skipped.Add(file.Path, file.Fault);
                }
            });
}
