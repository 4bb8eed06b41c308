using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Streaming;

/// <summary>Streams rows in batches: shuffled, divided among workers, read ahead, and resumable.</summary>
/// <remarks>
/// <para>The rows of a batch depend on the source, the seed, the epoch, the step and the worker only. In each epoch every row is returned
/// to exactly one worker, even if the epoch is resumed with another number of workers.</para>
/// <para>Rows are read in units of several batches: the rows of a round of the shuffle together, sorted by location. A loader keeps no file
/// open between reads; the caller closes the datasets.</para>
/// </remarks>
public sealed class Loader
{
    // Large enough that a unit needs few requests, small enough that the first batch is available soon.
    private const long FarUnitBytes = 32 << 20;

    // For local datasets, several such units fit into the processor's cache, where they are read and verified a third
    // faster than in memory.
    private const long NearUnitBytes = 8 << 20;

    // The requests of one unit complete one by one; those of the next units keep the connection busy.
    private const int FarUnitsAtOnce = 3;

    // The maximum number of waiting units, however small they are.
    private const int MaxUnitsAhead = 64;

    private readonly StreamSource source;
    private readonly LoaderOptions options;
    private readonly UnitPlan plan;
    private readonly int unitsAtOnce, unitsAhead, threadsPerUnit;
    private readonly MemoryPool pool = new();
    private long rows, batches;

    /// <summary>Creates a loader; nothing is read yet.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="options">How they are loaded.</param>
    /// <exception cref="ArgumentException">An option is out of range, or rows that are read together exceed
    /// <see cref="LoaderOptions.PrefetchBytes"/>.</exception>
    public Loader(StreamSource source, LoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        this.options = options ??= new();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchRows);
        RequireValid(options);
        long rowBytes = Math.Max(1, source.RowBytes);
        if (options.ShuffleSeed is not null)
        {
            Shuffle = options.Shuffle ?? BlockShuffle.ForRowsOf(rowBytes, options.BatchRows);
            if (Shuffle.Lanes > BlockShuffle.MostLanes) // each has a list
                throw new ArgumentException($"BlockShuffle.Lanes must be at most {BlockShuffle.MostLanes}; it is {Shuffle.Lanes}.",
                    nameof(options));
        }
        if (options.Strategy == LoadStrategy.Preload)
        {
            long allBytes = source.RowCount * rowBytes;
            Require(allBytes <= options.PrefetchBytes, $"all {CountText.Of(source.RowCount, "row")}", allBytes,
                "choose the strategy 'background'");
            source = source.Preload();
        }
        this.source = source;
        plan = new UnitPlan(source.RowCount, options, Shuffle,
            Math.Min(source.IsNear ? NearUnitBytes : FarUnitBytes, options.PrefetchBytes / 3), rowBytes);
        long unitBytes = plan.LargestUnitRows * rowBytes;
        int atOnce = options.Strategy == LoadStrategy.Background ? 3 : 1;
        if (options.Strategy != LoadStrategy.Preload)
            Require(unitBytes * atOnce <= options.PrefetchBytes || source.RowCount <= plan.LargestUnitRows / 2,
                $"{CountText.Of(plan.LargestUnitRows, "row")} that are read together{(atOnce == 1 ? "" : $", {atOnce} times")}",
                unitBytes * atOnce,
                string.Join(" or ", (string[])[.. options.BatchRows > 1 ? (string[])["take smaller batches"] : [],
                    .. Shuffle is { BlocksPerRound: > 1 } ? (string[])["take fewer blocks in a round of the shuffle"] : []]));
        // One unit is in use, the others wait or are being read. If memory allows, several are read in parallel, so that none waits for the
        // last read of another.
        // For local datasets each unit is read by its own thread, as far as there are enough threads.
        long units = options.PrefetchBytes / unitBytes;
        unitsAhead = (int)Math.Clamp(units - 1, 1, MaxUnitsAhead);
        unitsAtOnce = source.IsNear && options.Strategy == LoadStrategy.Background
            ? (int)Math.Clamp(units / 2, 1, Environment.ProcessorCount) : (int)Math.Clamp(units / 4, 1, FarUnitsAtOnce);
        threadsPerUnit = source.IsNear && options.Strategy == LoadStrategy.Background
            ? (Environment.ProcessorCount + unitsAtOnce - 1) / unitsAtOnce : Environment.ProcessorCount;
    }

    /// <summary>How rows are shuffled; null for no shuffle.</summary>
    public BlockShuffle? Shuffle { get; }

    /// <summary>The number of rows returned so far.</summary>
    public long Rows => Interlocked.Read(ref rows);

    /// <summary>The number of batches returned so far.</summary>
    public long Batches => Interlocked.Read(ref batches);

    /// <summary>Loads batches, from the start or from the state of an earlier run.</summary>
    /// <param name="from">The <see cref="StreamBatch.State"/> of the last batch that was processed; null for the start.</param>
    /// <param name="cancellationToken">Cancels the loading before the next batch and discards rows that were read ahead.</param>
    /// <returns>Batches, which the caller disposes so that their memory is reused.</returns>
    /// <exception cref="ArgumentException">The state belongs to other rows or to another shuffle.</exception>
    /// <exception cref="OperationCanceledException">The loading was cancelled before the last batch was returned.</exception>
    /// <exception cref="PileException">A row is damaged or cannot be read; the message names shard, row and column. The batches before
    /// that of the row have been returned, except with <see cref="LoadStrategy.Preload"/>, which reads all rows first, and of rows that
    /// were read together when a store failed.</exception>
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
                    // Units that are in memory or were read ahead are returned without a wait that would end here.
                    cancellationToken.ThrowIfCancellationRequested();
                    ReadOnlyMemory<long> wanted = loaded.Unit.Rows.Slice(first, count);
                    RowBatch data = loaded.Data ?? await source.ReadAsync(wanted, loaded.Unit.Epoch, loaded.Unit.Memory, cancellationToken)
                        .ConfigureAwait(false);
                    Interlocked.Add(ref rows, count);
                    Interlocked.Increment(ref batches);
                    yield return new StreamBatch(data, loaded.Data is null ? 0 : first, wanted, loaded.Unit.Memory,
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
        // Workers that share an ordered epoch leave gaps between their rows.
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
                yield return await loading.ConfigureAwait(false); // an exception is thrown in place of the unit's rows
        }
        finally
        {
            // If the caller stops early, reads may be in progress: wait for their end.
            await ended.CancelAsync().ConfigureAwait(false);
            await beginning.ConfigureAwait(false);
            while (ahead.Reader.TryRead(out Task<LoadedUnit>? discarded))
            {
                await ((Task)discarded).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (discarded.IsCompletedSuccessfully)
                    (await discarded.ConfigureAwait(false)).Unit.Memory.Leave();
            }
        }
    }

    // Starts to read one unit after the other, with limited parallelism, as far ahead as memory allows. Units may complete in any order,
    // but the channel keeps their order.
    private async Task BeginAsync(StreamState? from, ReadAhead? files, SemaphoreSlim turns, ChannelWriter<Task<LoadedUnit>> ahead,
        CancellationToken cancellationToken)
    {
        try
        {
            (StreamUnit Unit, Task IsReached)? last = null;
            foreach (StreamUnit unit in Units(from))
            {
                await TakeTurnAsync(last).ConfigureAwait(false);
                // Before the unit's turn, so that the disk reads it while the previous one is verified and copied.
                last = (unit, files?.ReachAsync(unit.Epoch, unit.Rows) ?? Task.CompletedTask);
            }
            await TakeTurnAsync(last).ConfigureAwait(false);
            ahead.Complete();
        }
        catch (Exception e)
        {
            ahead.Complete(e); // thrown after the units that were started
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
            cancellationToken.ThrowIfCancellationRequested(); // rows in memory are read without waiting
            await isReached.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new LoadedUnit(unit,
                await source.ReadAsync(unit.Rows, unit.Epoch, unit.Memory, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (CanReadBatches(unit, e))
        {
            return new LoadedUnit(unit, null);
        }
        catch
        {
            unit.Memory.Leave();
            throw;
        }
    }

    // After a fault in a unit, its batches are read one by one, so that those before the fault are returned. A store that fails would
    // only be asked again, and preloaded rows are read together.
    private bool CanReadBatches(StreamUnit unit, Exception fault) => unit.Batches.Count > 1 && options.Strategy != LoadStrategy.Preload
        && fault is not (OperationCanceledException or StoreException or OutOfMemoryException);

    // The end of an epoch is the beginning of the next one.
    private StreamState State(int epoch, long rowsDone) => (rowsDone == source.RowCount
        ? new StreamState(epoch + 1, 0, source.RowCount, options.ShuffleSeed, Shuffle, source.Identity)
        : new StreamState(epoch, rowsDone, source.RowCount, options.ShuffleSeed, Shuffle, source.Identity)) with
    { Pin = options.Pin };

    private void RequireOwn(StreamState state)
    {
        if (state.Pin != options.Pin)
            throw new ArgumentException($"The saved state belongs to {Named(state.Pin)}, but the loader runs {Named(options.Pin)}. Resume "
                + "with the pin that the run began with, or start anew without the state.", nameof(state));
        if (state.Source != source.Identity || state.Rows != source.RowCount)
            throw new ArgumentException("The saved state belongs to a different source: it has "
                + $"{CountText.Of(state.Rows, "row")} of '{state.Source}', but the loader's source has "
                + $"{CountText.Of(source.RowCount, "row")} of '{source.Identity}'.", nameof(state));
        if (state.Epoch < 0 || state.RowsDone < 0 || state.RowsDone > source.RowCount)
            throw new ArgumentException($"The saved state is not one of a loader: it is after row {state.RowsDone} of epoch {state.Epoch}, "
                + $"but epochs are counted from 0 and have {CountText.Of(source.RowCount, "row")}. Resume with the State of a batch, "
                + "or start anew.", nameof(state));
        if (state.Seed != options.ShuffleSeed || state.Shuffle != Shuffle)
            throw new ArgumentException($"The saved state belongs to a different shuffle: {Named(state.Seed, state.Shuffle)}, but that "
                + $"of the loader: {Named(options.ShuffleSeed, Shuffle)}. Some rows would be returned twice or not at all. Resume with "
                + "the seed, the size of the batches and the columns that the run began with, or start anew.", nameof(state));
    }

    private static string Named(ulong? seed, BlockShuffle? shuffle) => shuffle is null ? "none" : $"seed {seed}, "
        + $"{CountText.Of(shuffle.LaneRows, "row")} in a turn (by default a batch), {CountText.Of(shuffle.BlockRows, "row")} in a block, "
        + $"{CountText.Of(shuffle.BlocksPerRound, "block")} in a round, {CountText.Of(shuffle.Lanes, "lane")}";

    private static string Named(string? pin) => pin is null ? "no pin" : $"the pin {pin}";

    private void Require(bool holds, string what, long neededBytes, string remedy)
    {
        if (!holds)
            throw new ArgumentException($"{what} take about {CountText.Of(neededBytes, "byte")}, but LoaderOptions.PrefetchBytes is "
                + string.Create(CultureInfo.InvariantCulture, $"{options.PrefetchBytes:N0}: give more memory")
                + (remedy.Length > 0 ? $", or {remedy}." : "."));
    }

    private static void RequireValid(LoaderOptions options)
    {
        if (options.Epochs < 1)
            throw new ArgumentException($"LoaderOptions.Epochs must be at least 1, or null for unlimited; it is {options.Epochs}.",
                nameof(options));
        if (!Enum.IsDefined(options.Strategy))
            throw new ArgumentException($"LoaderOptions.Strategy is {(int)options.Strategy}, which is not a LoadStrategy.",
                nameof(options));
        if (options.Worker.Count < 1)
            throw new ArgumentException("LoaderOptions.Worker is 'default', which is no worker. Use Worker.Alone, or state its index and "
                + "the number of workers.", nameof(options));
    }
}
