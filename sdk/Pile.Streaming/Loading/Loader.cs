using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pile.Format;

namespace Pile.Streaming;

/// <summary>Streams rows in batches: shuffled, shared among workers, read ahead, and resumed where they were left.</summary>
/// <remarks>
/// <para>Which rows a batch has is a function of the source, the seed, the epoch, the step and the worker alone. Each epoch gives every row exactly once to one of the
/// workers, also when it goes on with another number of them.</para>
/// <para>Rows are read in units of several batches: the rows of a round of the shuffle at once, sorted by where they lie. A loader holds no lock, file or name
/// that outlives it; the datasets stay the caller's to close.</para>
/// </remarks>
public sealed class Loader
{
    // Large enough that a unit costs few requests, small enough that the first batch comes soon.
    private const long SequentialUnitBytes = 32 << 20;

    private readonly StreamSource source;
    private readonly LoaderOptions options;
    private readonly UnitPlan plan;
    private readonly int unitsAtOnce, unitsAhead;
    private readonly MemoryPool pool = new();
    private long rows, batches;

    /// <summary>Makes a loader; nothing is read yet.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="options">How they are loaded.</param>
    /// <exception cref="ArgumentException">What is read at once does not fit in the memory for it.</exception>
    public Loader(StreamSource source, LoaderOptions? options = null)
    {
        this.options = options ??= new();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchRows);
        long rowBytes = Math.Max(1, source.RowBytes);
        if (options.ShuffleSeed is not null)
            Shuffle = options.Shuffle ?? BlockShuffle.ForRowsOf(rowBytes, options.BatchRows);
        if (options.Strategy == LoadStrategy.Preload)
        {
            Require(source.RowCount * rowBytes <= options.PrefetchBytes, $"all {source.RowCount:N0} rows", source.RowCount * rowBytes, "choose the strategy 'background'");
            source = new PreloadedRows(source);
        }
        this.source = source;
        plan = new UnitPlan(source.RowCount, options, Shuffle, Math.Min(SequentialUnitBytes, options.PrefetchBytes / 3), rowBytes);
        long unitBytes = plan.LargestUnitRows * rowBytes;
        int atOnce = options.Strategy == LoadStrategy.Background ? 3 : 1;
        if (options.Strategy != LoadStrategy.Preload)
            Require(unitBytes * atOnce <= options.PrefetchBytes || source.RowCount <= plan.LargestUnitRows / 2, $"{plan.LargestUnitRows:N0} rows that are read together{(atOnce == 1 ? "" : $", {atOnce} times")}", unitBytes * atOnce, Shuffle is null ? "take smaller batches" : "take smaller batches or fewer blocks in a round of the shuffle");
        // Two at once where there is room: then nothing waits for the last read of a unit.
        long units = options.PrefetchBytes / unitBytes;
        unitsAtOnce = units >= 4 ? 2 : 1;
        unitsAhead = (int)Math.Clamp(units - 1 - unitsAtOnce, 1, 16);
    }

    /// <summary>How rows are shuffled; null: not at all.</summary>
    public BlockShuffle? Shuffle { get; }

    /// <summary>Rows given out so far.</summary>
    public long Rows => Interlocked.Read(ref rows);

    /// <summary>Batches given out so far.</summary>
    public long Batches => Interlocked.Read(ref batches);

    /// <summary>Loads batches, from the start or from where an earlier run stood.</summary>
    /// <param name="from">What a batch of the earlier run gave as its <see cref="StreamBatch.State"/>; null for the start.</param>
    /// <param name="cancellationToken">Ends the loading; what was read ahead is dropped.</param>
    /// <returns>Batches, to be disposed by whoever takes them: then their memory is used again.</returns>
    /// <exception cref="ArgumentException">The state is of other rows, or of another shuffle.</exception>
    /// <exception cref="PileException">A row is damaged or cannot be read; shard, row and column are named.</exception>
    public async IAsyncEnumerable<StreamBatch> ReadAsync(StreamState? from = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (from is not null)
            RequireOwn(from);
        IAsyncEnumerable<LoadedUnit> units = options.Strategy == LoadStrategy.Background ? AheadAsync(from, cancellationToken) : OnDemandAsync(from, cancellationToken);
        await foreach (LoadedUnit loaded in units.ConfigureAwait(false))
        {
            try
            {
                int first = 0;
                foreach ((int count, long rowsDone) in loaded.Unit.Batches)
                {
                    Interlocked.Add(ref rows, count);
                    Interlocked.Increment(ref batches);
                    yield return new StreamBatch(loaded.Data, first, loaded.Unit.Rows.AsMemory(first, count), loaded.Memory, State(loaded.Unit.Epoch, rowsDone));
                    first += count;
                }
            }
            finally
            {
                loaded.Memory.Leave();
            }
        }
    }

    private async IAsyncEnumerable<LoadedUnit> OnDemandAsync(StreamState? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (StreamUnit unit in plan.From(from?.Epoch ?? 0, from?.RowsDone ?? 0))
            yield return await LoadAsync(unit, cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<LoadedUnit> AheadAsync(StreamState? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<LoadedUnit> ready = Channel.CreateBounded<LoadedUnit>(new BoundedChannelOptions(unitsAhead) { SingleReader = true, SingleWriter = true });
        Task loading = Task.Run(async () =>
        {
            Queue<Task<LoadedUnit>> underWay = [];
            try
            {
                foreach (StreamUnit unit in plan.From(from?.Epoch ?? 0, from?.RowsDone ?? 0))
                {
                    if (underWay.Count == unitsAtOnce)
                        await HandOnAsync(underWay.Dequeue(), ready.Writer, ended.Token).ConfigureAwait(false);
                    underWay.Enqueue(Task.Run(() => LoadAsync(unit, ended.Token), CancellationToken.None));
                }
                while (underWay.TryDequeue(out Task<LoadedUnit>? last))
                    await HandOnAsync(last, ready.Writer, ended.Token).ConfigureAwait(false);
                ready.Writer.Complete();
            }
            catch (Exception e)
            {
                ready.Writer.Complete(e); // thrown where the batches are taken
                await ended.CancelAsync().ConfigureAwait(false);
                foreach (Task<LoadedUnit> dropped in underWay)
                {
                    await ((Task)dropped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (dropped.IsCompletedSuccessfully)
                        (await dropped.ConfigureAwait(false)).Memory.Leave();
                }
            }
        }, CancellationToken.None);
        try
        {
            await foreach (LoadedUnit unit in ready.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return unit;
        }
        finally
        {
            // Whoever stops early leaves a read under way: it must not outlive this call.
            await ended.CancelAsync().ConfigureAwait(false);
            await loading.ConfigureAwait(false);
            while (ready.Reader.TryRead(out LoadedUnit? dropped))
                dropped.Memory.Leave();
        }
    }

    private static async Task HandOnAsync(Task<LoadedUnit> loading, ChannelWriter<LoadedUnit> ready, CancellationToken cancellationToken)
    {
        LoadedUnit unit = await loading.ConfigureAwait(false);
        try
        {
            await ready.WriteAsync(unit, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            unit.Memory.Leave();
            throw;
        }
    }

    private async Task<LoadedUnit> LoadAsync(StreamUnit unit, CancellationToken cancellationToken)
    {
        PooledMemory memory = new(pool);
        try
        {
            return new LoadedUnit(unit, await source.ReadAsync(unit.Rows, memory, cancellationToken).ConfigureAwait(false), memory);
        }
        catch
        {
            memory.Leave();
            throw;
        }
    }

    // What all workers have done with at the end of an epoch is the beginning of the next one.
    private StreamState State(int epoch, long rowsDone) => rowsDone == source.RowCount
        ? new StreamState(epoch + 1, 0, source.RowCount, options.ShuffleSeed, Shuffle, source.Identity)
        : new StreamState(epoch, rowsDone, source.RowCount, options.ShuffleSeed, Shuffle, source.Identity);

    private void RequireOwn(StreamState state)
    {
        if (state.Source != source.Identity || state.Rows != source.RowCount)
            throw new ArgumentException($"The state is of other rows: it has {state.Rows:N0} of '{state.Source}', the source {source.RowCount:N0} of '{source.Identity}'.", nameof(state));
        if (state.Seed != options.ShuffleSeed || state.Shuffle != Shuffle)
            throw new ArgumentException($"The state is of another shuffle (seed {state.Seed?.ToString() ?? "none"}, {state.Shuffle}); the loader has seed {options.ShuffleSeed?.ToString() ?? "none"}, {Shuffle}. Rows would be given twice or not at all.", nameof(state));
    }

    private void Require(bool holds, string what, long neededBytes, string remedy)
    {
        if (!holds)
            throw new ArgumentException($"{what} take some {neededBytes:N0} bytes, and {options.PrefetchBytes:N0} are there for them: give more memory, or {remedy}.");
    }
}
