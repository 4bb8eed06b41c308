using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The rows of many tiles, each tile asked for alone and several at once, delivered in the order of the index.</summary>
/// <remarks>DuckDB gives one result to one thread at a time: ten million rows of three columns take 0.41 s that way on two cores, and some
/// 0.3 s with two results side by side. What is read ahead of the
/// caller stays below <see cref="AheadBytes"/>, but for a batch of each tile under way.</remarks>
internal sealed class TileScan : IAsyncDisposable
{
    private const long AheadBytes = 64 << 20;

    /// <summary>Tiles with fewer rows than so many are asked for together: a question to a tile of its own costs a millisecond.</summary>
    private const long RowsWorthAQuestion = 100_000;

    private readonly Query query;
    private readonly int batchRows;
    private readonly long aheadBytes;
    private readonly LocalCopies copies;
    private readonly Tile[] tiles;
    private readonly Task[] workers;
    private readonly CancellationToken asked;
    private readonly CancellationTokenSource ending;
    private readonly object counting = new();
    private readonly CancellationTokenRegistration waking;
    private long bytesAhead;
    private int nextTile = -1;

    private TileScan(Query query, FileList files, LocalCopies copies, int batchRows, CancellationToken cancellationToken)
    {
        (this.query, this.copies, this.batchRows, asked) = (query, copies, batchRows, cancellationToken);
        aheadBytes = Math.Min(AheadBytes, query.Dataset.Options.QueryMemoryBytes / 4 ?? AheadBytes);
        tiles = [.. files.Tiles.Select(t => new Tile(t))];
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waking = ending.Token.UnsafeRegister(static scan => ((TileScan)scan!).Wake(), this);
        // Threads of their own: DuckDB works on the thread that asks it, and the pool may have no more of them than there are cores, none
        // for the caller then.
        workers = [.. Enumerable.Range(0, Math.Min(ThreadsOf(query), tiles.Length)).Select(_ =>
            Task.Factory.StartNew(ReadTiles, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Begins to read.</summary>
    /// <param name="query">A query that <see cref="Suits"/>.</param>
    /// <param name="files">The dataset's files.</param>
    /// <param name="batchRows">Rows of one batch, about.</param>
    /// <param name="cancellationToken">Interrupts DuckDB.</param>
    /// <exception cref="DatasetInvalidException">A tile is missing: said now, before the rows of others are out.</exception>
    internal static async Task<TileScan> BeginAsync(Query query, FileList files, int batchRows, CancellationToken cancellationToken)
    {
        ImmutableArray<string> paths = [.. files.Tiles.Select(t => t.File.Path)];
        LocalCopies opened = await LocalCopies.OfAsync(query.Dataset, files, paths, whole: true, cancellationToken).ConfigureAwait(false);
        return new TileScan(query, files, opened, batchRows, cancellationToken);
    }

    /// <summary>True for rows of a whole local index, with conditions or without: an order, a limit, ids and regions want one result, or
    /// few rows.</summary>
    internal static bool Suits(Query query, FileList files) =>
        query.Order.IsEmpty && query.Regions.IsEmpty && query.RowLimit is null && query.ObjectIds is null
        && query.Dataset.Store.Traits.IsLocal && ThreadsOf(query) > 1
        && files.Tiles.Length > 1 && query.Dataset.Manifest.Rows / files.Tiles.Length >= RowsWorthAQuestion;

    /// <summary>The batches; at least one.</summary>
    /// <param name="cancellationToken">Ends the wait for the next.</param>
    internal async IAsyncEnumerable<RowBatch> BatchesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RowBatch? empty = null;
        bool any = false;
        foreach (Tile tile in tiles)
            await foreach ((RowBatch batch, long bytes) in tile.Batches.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                Took(tile, bytes);
                if (batch.RowCount == 0)
                {
                    empty ??= batch;
                    continue;
                }
                any = true;
                yield return batch;
            }
        if (!any && empty is not null)
            yield return empty;
    }

    /// <summary>Ends what is still read.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(workers).ConfigureAwait(false); // they pass what befalls them on to the reader
        await waking.DisposeAsync().ConfigureAwait(false);
        ending.Dispose();
        copies.Dispose();
    }

    private void ReadTiles()
    {
        for (int i; (i = Interlocked.Increment(ref nextTile)) < tiles.Length;)
        {
            Exception? fault = null;
            try
            {
                Read(tiles[i]);
            }
            catch (OperationCanceledException) when (asked.IsCancellationRequested)
            {
                fault = new OperationCanceledException(asked);
            }
            catch (Exception e) // whatever it is: it comes out where the caller waits for this tile
            {
                fault = e;
            }
            tiles[i].Batches.Writer.Complete(fault);
        }
    }

    private void Read(Tile tile)
    {
        IndexQuestion question = IndexQuestion.OfAsync(query, isWithHeavy: false, ending.Token).GetAwaiter().GetResult();
        using IndexAnswer answer = question.AskAsync(select => select.KeepTiles(t => t.FirstPosition == tile.Index.FirstPosition),
            ending.Token).GetAwaiter().GetResult();
        for (bool goesOn = true; goesOn;)
        {
            goesOn = answer.Gather(batchRows);
            long bytes = answer.GatheredBytes;
            WaitForRoom(tile, bytes);
            tile.Batches.Writer.TryWrite((new RowBatch(answer.Take()), bytes)); // an unbounded channel takes all
        }
    }

    // A tile of which nothing is waiting may always go on, or the one that the caller waits for might not.
    private void WaitForRoom(Tile tile, long bytes)
    {
        lock (counting)
        {
            while (tile.BytesAhead > 0 && bytesAhead + bytes > aheadBytes)
            {
                ending.Token.ThrowIfCancellationRequested();
                Monitor.Wait(counting);
            }
            tile.BytesAhead += bytes;
            bytesAhead += bytes;
        }
    }

    private void Took(Tile tile, long bytes)
    {
        lock (counting)
        {
            tile.BytesAhead -= bytes;
            bytesAhead -= bytes;
            Monitor.PulseAll(counting);
        }
    }

    private void Wake()
    {
        lock (counting)
            Monitor.PulseAll(counting);
    }

    private static int ThreadsOf(Query query) => query.Dataset.Options.Threads ?? Environment.ProcessorCount;

    private sealed class Tile(IndexTile index)
    {
        internal IndexTile Index { get; } = index;

        internal Channel<(RowBatch Batch, long Bytes)> Batches { get; } =
            Channel.CreateUnbounded<(RowBatch, long)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

        internal long BytesAhead { get; set; }
    }
}
