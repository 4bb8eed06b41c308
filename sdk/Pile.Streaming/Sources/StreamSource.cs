using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Rows that can be streamed, numbered from 0: those of a dataset, a query or a match, or a combination of these.</summary>
/// <remarks>Rows with neighbouring numbers are stored close together, so that a loader reads blocks of them in few requests.</remarks>
public abstract partial class StreamSource
{
    private protected StreamSource() { }

    /// <summary>The number of rows.</summary>
    public abstract long RowCount { get; }

    /// <summary>The columns of every batch.</summary>
    public abstract ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The approximate size of a row in memory.</summary>
    public abstract long RowBytes { get; }

    /// <summary>Identifies the rows, so that a saved state is not used with other rows.</summary>
    internal abstract string Identity { get; }

    /// <summary>True if the rows are local, so that reading sends no requests.</summary>
    internal abstract bool IsNear { get; }

    /// <summary>Reads some rows.</summary>
    /// <param name="rows">Their numbers, in any order; the memory belongs to the caller and is valid during the call.</param>
    /// <param name="epoch">The epoch, from 0, on which random transforms depend.</param>
    /// <param name="memory">Allocates the values.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal abstract Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken);

    /// <summary>What a pin records about the rows; null if a pin cannot describe them.</summary>
    internal virtual PinnedRows? Pinned
    {
        get => null;
        init => throw new NotSupportedException();
    }

    /// <summary>True if the values of a row differ from epoch to epoch.</summary>
    internal virtual bool DependsOnEpoch => false;

    /// <summary>Returns the same rows, which are all read once and then returned from memory. Transforms that depend on the epoch are
    /// applied in each epoch.</summary>
    internal virtual StreamSource Preload() => !DependsOnEpoch ? new PreloadedRows(this)
        : throw new InvalidOperationException($"{GetType().Name} must preload the sources that it reads.");

    /// <summary>Reads one column of all rows.</summary>
    /// <param name="column">The column. Of a dataset, it need not be one of <see cref="Columns"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    internal virtual async Task<ColumnData> ColumnAsync(string column, CancellationToken cancellationToken)
    {
        const int RowsAtOnce = 1024;
        if (Columns.All(c => c.Name != column))
            throw new ArgumentException($"There is no column '{column}'; the columns are {string.Join(", ", Columns.Select(c => c.Name))}.",
                nameof(column));
        List<ColumnData> parts = [];
        for (long first = 0; first < RowCount || parts.Count == 0; first += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long[] rows = new long[Math.Min(RowsAtOnce, RowCount - first)];
            for (int i = 0; i < rows.Length; i++)
                rows[i] = first + i;
            parts.Add((await ReadAsync(rows, 0, BatchMemory.Own, cancellationToken).ConfigureAwait(false))[column]);
        }
        return ColumnData.Concat([.. parts]);
    }

    /// <summary>The columns that <see cref="WithColumns"/> can read: of a dataset, also those that are not in
    /// <see cref="Columns"/>.</summary>
    internal virtual ImmutableArray<ColumnSchema> AllColumns => Columns;

    /// <summary>Returns the same rows with some of <see cref="AllColumns"/>, and perhaps others.</summary>
    internal virtual StreamSource WithColumns(IEnumerable<string> names) => this;

    /// <summary>Reads which elements of a column have data, if neither its numbers nor the columns beside it say it: the pixels of windows
    /// of rasters, which a mask may hide, or which are outside the raster.</summary>
    /// <param name="rows">The rows, as in <see cref="ReadAsync"/>.</param>
    /// <param name="column">The column.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>For each row 0 for the elements without data and 1 for the others; null if all have data. The results of transforms are
    /// other numbers: of these it is always null.</returns>
    internal virtual Task<byte[]?[]> ReadHasDataAsync(ReadOnlyMemory<long> rows, string column, CancellationToken cancellationToken) =>
        Task.FromResult(new byte[]?[rows.Length]);

    /// <summary>Starts to read the files ahead of their rows, if that helps.</summary>
    /// <param name="isShuffled">True if rows are read in the order of a shuffle; false if they are read sequentially.</param>
    /// <param name="epoch">The first epoch, from 0.</param>
    /// <param name="row">The first row.</param>
    /// <param name="epochs">The number of epochs; null for unlimited.</param>
    /// <param name="cancellationToken">Cancels the look-up of the rows' locations.</param>
    internal virtual Task<ReadAhead?> BeginReadAheadAsync(bool isShuffled, int epoch, long row, int? epochs,
        CancellationToken cancellationToken) => Task.FromResult<ReadAhead?>(null);

    /// <summary>Opens the rows and columns of a query, including its order and limit. The positions of its rows are looked up
    /// here.</summary>
    /// <param name="query">The rows and columns, heavy ones included; without <see cref="Query.Columns"/> all columns.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">The query refers to an unknown column, or a condition is not a valid SQL expression.</exception>
    public static async Task<StreamSource> OpenAsync(Query query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Dataset.RequireOpen();
        cancellationToken.ThrowIfCancellationRequested();
        return new DatasetRows(query, query.IsNarrowed
            ? await query.Dataset.PositionsAsync(query, cancellationToken).ConfigureAwait(false) : null)
        {
            Pinned = new PinnedRows(query),
        };
    }

    /// <summary>Returns rows of a dataset by their positions in its index, in this order; duplicates are allowed.</summary>
    /// <param name="query">The dataset's columns and view; must not have conditions.</param>
    /// <param name="positions">Positions, from 0.</param>
    /// <exception cref="ArgumentException">The query has conditions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public static StreamSource At(Query query, IEnumerable<long> positions)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(positions);
        query.Dataset.RequireOpen();
        if (query.HasConditions)
            throw new ArgumentException("The rows are selected by their positions: the query must set columns and view only.",
                nameof(query));
        long[] all = [.. positions];
        foreach (long position in all)
            if (position < 0 || position >= query.Dataset.Manifest.Rows)
                throw new ArgumentOutOfRangeException(nameof(positions), position,
                    $"Dataset '{query.Dataset.Address}' has {query.Dataset.Manifest.Rows} rows, counted from 0.");
        return new DatasetRows(query, all);
    }

    /// <summary>Returns rows that are in memory, for example labels to be aligned with rows that are read.</summary>
    /// <param name="rows">The rows.</param>
    public static StreamSource Of(RowBatch rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new MemoryRows(rows);
    }

    /// <summary>Aligns sources of equal length: row i has the columns of row i of every source, for example an image and a spectrum of each
    /// pair of a match.</summary>
    /// <param name="parts">A prefix for each source's columns (<c>a_</c>; empty for none) and the source.</param>
    /// <exception cref="ArgumentException">The sources differ in length, or two columns have the same name.</exception>
    public static StreamSource Align(params IEnumerable<(string Prefix, StreamSource Source)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ImmutableArray<(string Prefix, StreamSource Source)> all = [.. parts];
        if (all.Any(p => p.Prefix is null || p.Source is null))
            throw new ArgumentNullException(nameof(parts), "A prefix or a source is null.");
        return new AlignedRows(all);
    }

    /// <summary>Concatenates sources. All must have the same columns, and columns of the same name must agree in the meaning of their
    /// values; class codes are united by the names of the classes.</summary>
    /// <exception cref="ArgumentException">A source lacks a column, or columns of the same name differ; all differences are
    /// listed.</exception>
    public static StreamSource Union(params IEnumerable<StreamSource> sources) => Union(sources, new UnionOptions());

    /// <summary>Concatenates sources according to options.</summary>
    /// <inheritdoc cref="Union(IEnumerable{StreamSource})"/>
    public static StreamSource Union(IEnumerable<StreamSource> sources, UnionOptions options)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        ImmutableArray<StreamSource> all = [.. sources];
        if (all.Contains(null!))
            throw new ArgumentNullException(nameof(sources), "A source is null.");
        return new UnionRows(all, options);
    }

    /// <inheritdoc cref="Union(IEnumerable{StreamSource})"/>
    public static StreamSource operator +(StreamSource left, StreamSource right) => Add(left, right);

    /// <inheritdoc cref="Union(IEnumerable{StreamSource})"/>
    public static StreamSource Add(StreamSource left, StreamSource right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return Union(left, right);
    }

    /// <summary>Reads the ids of all rows, in the order of the rows: of a split, those of its part.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>One id for each row.</returns>
    /// <exception cref="ArgumentException">The rows are not those of a dataset, and have no column <c>object_id</c>.</exception>
    /// <exception cref="PileException">The ids cannot be read.</exception>
    public async Task<ImmutableArray<ObjectId>> IdsAsync(CancellationToken cancellationToken = default)
    {
        ColumnData ids = await ColumnAsync(Id, cancellationToken).ConfigureAwait(false);
        return [.. Enumerable.Range(0, ids.RowCount).Select(row => ids switch
        {
            TextColumnData texts => new ObjectId(texts.Text(row)),
            ColumnData<long> numbers => new ObjectId(numbers.Values.Span[row]),
            _ => throw new ArgumentException($"'{Id}' is not a column of ids: it is {ids.Schema.DType.Name()}."),
        })];
    }

    /// <summary>Selects rows, in this order; duplicates are allowed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public StreamSource Select(IEnumerable<long> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new SelectedRows(this, [.. rows]);
    }

    /// <summary>Applies a function to the rows, batch by batch, ahead of the consumer.</summary>
    /// <param name="transform">Receives rows and returns as many. The memory of both is reused after the batch. It is called from several
    /// threads, and once without rows to determine the columns, which must be the same in all calls.</param>
    /// <param name="name">Identifies this function in saved states.</param>
    public StreamSource Transform(Func<RowBatch, RowBatch> transform, string name = "transform")
    {
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(name);
        return new TransformedRows(this, transform, name);
    }

    /// <summary>Applies a random function to the rows, batch by batch: the same values for the same seed, epoch and row, for any number of
    /// workers, any batches, and after a run was resumed.</summary>
    /// <param name="transform">Receives rows, their numbers in this source, the epoch from 0, and a random number for each row that depends
    /// on the seed, the epoch and the row's number only, from which it derives all its chances. Returns as many rows. It is called from
    /// several threads, and once without rows to determine the columns, which must be the same in all calls.</param>
    /// <param name="seed">Another seed gives other random numbers.</param>
    /// <param name="name">Identifies this function in saved states.</param>
    public StreamSource Transform(Func<RowBatch, ReadOnlyMemory<long>, int, ReadOnlyMemory<ulong>, RowBatch> transform, ulong seed,
        string name = "random transform")
    {
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(name);
        return new RandomlyTransformedRows(this, transform, seed, name);
    }
}
