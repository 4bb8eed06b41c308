using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Streams rows in batches: shuffled, shared among workers, read ahead, and resumed where they were left.</summary>
/// <remarks>
/// <para>Which rows a batch has is a function of the source, the seed, the epoch, the step and the worker alone. Each epoch gives every row
/// exactly once to one of the
/// workers, also when it goes on with another number of them.</para>
/// <para>Rows are read in units of several batches: the rows of a round of the shuffle at once, sorted by where they lie. A loader holds no
/// lock, file or name that outlives it; the datasets stay the caller's to close.</para>
/// </remarks>
public sealed class Loader
{
    // Large enough that a unit costs few requests, small enough that the first batch comes soon.
    private const long FarUnitBytes = 32 << 20;

    // From a disk no more than is worth a thread's turn: a few such units that take turns stay in the processor's cache, where they are
    // read and verified a third faster than in memory.
    private const long NearUnitBytes = 8 << 20;

    // The requests of one unit end one by one: those of the next ones keep the line full.
    private const int FarUnitsAtOnce = 3;

    // More units than this are never waiting, however small they are.
    private const int MostUnitsAhead = 64;

    private readonly StreamSource source;
    private readonly LoaderOptions options;
    private readonly UnitPlan plan;
    private readonly int unitsAtOnce, unitsAhead, threadsPerUnit;
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
            Require(source.RowCount * rowBytes <= options.PrefetchBytes, $"all {source.RowCount:N0} rows", source.RowCount * rowBytes,
                "choose the strategy 'background'");
            source = new PreloadedRows(source);
        }
        this.source = source;
        plan = new UnitPlan(source.RowCount, options, Shuffle,
            Math.Min(source.IsNear ? NearUnitBytes : FarUnitBytes, options.PrefetchBytes / 3), rowBytes);
        long unitBytes = plan.LargestUnitRows * rowBytes;
        int atOnce = options.Strategy == LoadStrategy.Background ? 3 : 1;
        if (options.Strategy != LoadStrategy.Preload)
            Require(unitBytes * atOnce <= options.PrefetchBytes || source.RowCount <= plan.LargestUnitRows / 2,
                $"{plan.LargestUnitRows:N0} rows that are read together{(atOnce == 1 ? "" : $", {atOnce} times")}", unitBytes * atOnce,
                Shuffle is null ? "take smaller batches" : "take smaller batches or fewer blocks in a round of the shuffle");
        // One of them is in use, the others wait or are read. Several are read at once where there is room: then nothing waits for the last
        // read of a unit.
        // From a disk each is read by a thread of its own, as far as they go round.
        long units = options.PrefetchBytes / unitBytes;
        unitsAhead = (int)Math.Clamp(units - 1, 1, MostUnitsAhead);
        unitsAtOnce = source.IsNear && options.Strategy == LoadStrategy.Background
            ? (int)Math.Clamp(units / 2, 1, Environment.ProcessorCount) : (int)Math.Clamp(units / 4, 1, FarUnitsAtOnce);
        threadsPerUnit = source.IsNear && options.Strategy == LoadStrategy.Background
            ? (Environment.ProcessorCount + unitsAtOnce - 1) / unitsAtOnce : Environment.ProcessorCount;
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
    public async IAsyncEnumerable<StreamBatch> ReadAsync(StreamState? from = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (from is not null)
            RequireOwn(from);
        IAsyncEnumerable<LoadedUnit> units = options.Strategy == LoadStrategy.Background ? AheadAsync(from, cancellationToken)
            : OnDemandAsync(from, cancellationToken);
        await foreach (LoadedUnit loaded in units.ConfigureAwait(false))
        {
            try
            {
                int first = 0;
                foreach ((int count, long rowsDone) in loaded.Unit.Batches)
                {
                    Interlocked.Add(ref rows, count);
                    Interlocked.Increment(ref batches);
                    yield return new StreamBatch(loaded.Data, first, loaded.Unit.Rows.Slice(first, count), loaded.Unit.Memory,
                        State(loaded.Unit.Epoch, rowsDone));
                    first += count;
                }
            }
            finally
            {
                loaded.Unit.Memory.Leave();
            }
        }
    }

    private async IAsyncEnumerable<LoadedUnit> OnDemandAsync(StreamState? from,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (StreamUnit unit in Units(from))
            yield return await LoadAsync(unit, Task.CompletedTask, cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<LoadedUnit> AheadAsync(StreamState? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using SemaphoreSlim turns = new(unitsAtOnce);
        // Workers that share the rows of an order leave gaps between theirs.
        await using ReadAhead? files = Shuffle is not null || options.Worker.Count == 1
            ? await source.BeginReadAheadAsync(Shuffle is not null, from?.Epoch ?? 0, from?.RowsDone ?? 0, options.Epochs,
                cancellationToken).ConfigureAwait(false)
            : null;
        Channel<Task<LoadedUnit>> ahead =
            Channel.CreateBounded<Task<LoadedUnit>>(new BoundedChannelOptions(unitsAhead) { SingleReader = true, SingleWriter = true });
        Task beginning = Task.Run(() => BeginAsync(from, files, turns, ahead.Writer, ended.Token), CancellationToken.None);
        try
        {
            await foreach (Task<LoadedUnit> loading in ahead.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return await loading.ConfigureAwait(false); // what went wrong is thrown where its rows would have come
        }
        finally
        {
            // Whoever stops early leaves reads under way: they must not outlive this call.
            await ended.CancelAsync().ConfigureAwait(false);
            await beginning.ConfigureAwait(false);
            while (ahead.Reader.TryRead(out Task<LoadedUnit>? dropped))
            {
                await ((Task)dropped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (dropped.IsCompletedSuccessfully)
                    (await dropped.ConfigureAwait(false)).Unit.Memory.Leave();
            }
        }
    }

    // Begins to read one unit after the other, so many at once, as far ahead as the memory goes. They may be ready in any order, and stand
    // in the channel in theirs.
    private async Task BeginAsync(StreamState? from, ReadAhead? files, SemaphoreSlim turns, ChannelWriter<Task<LoadedUnit>> ahead,
        CancellationToken cancellationToken)
    {
        try
        {
            (StreamUnit Unit, Task IsReached)? last = null;
            foreach (StreamUnit unit in Units(from))
            {
                await TakeTurnAsync(last).ConfigureAwait(false);
                // Before its turn: the disk reads it while the last one is verified and copied.
                last = (unit, files?.ReachAsync(unit.Epoch, unit.Rows) ?? Task.CompletedTask);
            }
            await TakeTurnAsync(last).ConfigureAwait(false);
            ahead.Complete();
        }
        catch (Exception e)
        {
            ahead.Complete(e); // thrown behind the units that were begun
        }

        async ValueTask TakeTurnAsync((StreamUnit Unit, Task IsReached)? expected)
        {
            if (expected is not var (unit, isReached))
                return;
            await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
            await ahead.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
            ahead.TryWrite(Task.Run(() => LoadInTurnAsync(unit, isReached, turns, cancellationToken), CancellationToken.None));
        }
    }

    private async Task<LoadedUnit> LoadInTurnAsync(StreamUnit unit, Task isReached, SemaphoreSlim turns,
        CancellationToken cancellationToken)
    {
        try
        {
            return await LoadAsync(unit, isReached, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    private IEnumerable<StreamUnit> Units(StreamState? from) =>
        plan.From(from?.Epoch ?? 0, from?.RowsDone ?? 0, () => new PooledMemory(pool, threadsPerUnit));

    private async Task<LoadedUnit> LoadAsync(StreamUnit unit, Task isReached, CancellationToken cancellationToken)
    {
        try
        {
            await isReached.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new LoadedUnit(unit, await source.ReadAsync(unit.Rows, unit.Memory, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            unit.Memory.Leave();
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
            throw new ArgumentException($"The state is of other rows: it has {state.Rows:N0} of '{state.Source}', the source "
                + $"{source.RowCount:N0} of '{source.Identity}'.", nameof(state));
        if (state.Seed != options.ShuffleSeed || state.Shuffle != Shuffle)
            throw new ArgumentException($"The state is of another shuffle (seed {state.Seed?.ToString() ?? "none"}, {state.Shuffle}); the "
                + $"loader has seed {options.ShuffleSeed?.ToString() ?? "none"}, {Shuffle}. Rows would be given twice or not at all.",
                nameof(state));
    }

    private void Require(bool holds, string what, long neededBytes, string remedy)
    {
        if (!holds)
            throw new ArgumentException($"{what} take some {neededBytes:N0} bytes, and {options.PrefetchBytes:N0} are there for them: give "
                + $"more memory, or {remedy}.");
    }
}
