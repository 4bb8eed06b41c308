using Pile.Format;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Review;

/// <summary>S004 of values in files outside the dataset: they match their CRC-32C, and decode.</summary>
internal static class ReferencedValuesCheck
{
    private const int RowsAtOnce = 4096, BatchRows = 256;

    /// <summary>Reads every value. Call it if the index and the list of files have no finding.</summary>
    internal static async Task CheckAsync(DatasetUnderReview dataset, CancellationToken cancellationToken)
    {
        Dataset opened = await Dataset.OpenAsync(dataset.Root, new DatasetOptions
        {
            Threads = dataset.Options.Workers,
            Mounts = dataset.Options.Mounts,
            Storage = dataset.Options.Storage,
        }, cancellationToken).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            Query columns = opened.Query().Native().Columns(dataset.References.Select(c => c.Name));
            for (long first = 0; first < dataset.Manifest.Rows; first += RowsAtOnce)
            {
                long[] positions = [.. Positions(first, Math.Min(RowsAtOnce, dataset.Manifest.Rows - first))];
                RowReader rows = await opened.OpenRowsByPositionAsync(positions, columns, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                await CheckAsync(dataset, rows, first, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task CheckAsync(DatasetUnderReview dataset, RowReader rows, long first, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (RowBatch batch in rows.ReadAllAsync(BatchRows, cancellationToken).ConfigureAwait(false))
                _ = batch;
        }
        catch (PileException e) when (e is SourceUnreadableException || IsDenied(e))
        {
            for (int row = 0; row < rows.Count; row++) // one by one, to find all
                try
                {
                    rows.Verify(row);
                }
                catch (SourceUnreadableException unreadable)
                {
                    dataset.Log.Error(FindingCodes.PieceCorrupt, DatasetPaths.Sources(dataset.Manifest.Subset), unreadable.Message,
                        first + row);
                }
                catch (PileException denied) when (IsDenied(denied))
                {
                    // The file is a finding.
                }
        }
    }

    private static bool IsDenied(PileException e) => e is StoreException { Fault: StoreFault.Denied } or AccessDeniedException;

    private static IEnumerable<long> Positions(long first, long count)
    {
        for (long position = first; position < first + count; position++)
            yield return position;
    }
}
