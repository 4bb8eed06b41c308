using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Rows that can be streamed, numbered from 0: those of a dataset or a query, of a match, of several of these.</summary>
/// <remarks>Rows with neighbouring numbers lie close together where they come from, so that a loader reads blocks of them in few
/// requests.</remarks>
public abstract partial class StreamSource
{
    private protected StreamSource() { }

    /// <summary>How many rows there are.</summary>
    public abstract long RowCount { get; }

    /// <summary>The columns that every batch has.</summary>
    public abstract ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>Bytes that a row takes in memory, about.</summary>
    public abstract long RowBytes { get; }

    /// <summary>What tells these rows from others, so that a saved state is not used with the wrong ones.</summary>
    internal abstract string Identity { get; }

    /// <summary>True when reading costs no request, but only the time of processors and disks.</summary>
    internal abstract bool IsNear { get; }

    /// <summary>Reads some rows.</summary>
    /// <param name="rows">Their numbers, in any order; they are the caller's, and for the time of the call.</param>
    /// <param name="memory">Where the values are put.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal abstract Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, BatchMemory memory, CancellationToken cancellationToken);

    /// <summary>Begins to have the files read before their rows are, where that helps.</summary>
    /// <param name="isShuffled">True where rows come in the order of a shuffle; false where they come one after the other.</param>
    /// <param name="epoch">The first time that all rows are gone through, from 0.</param>
    /// <param name="row">The first row.</param>
    /// <param name="epochs">How often they are gone through; null: without an end.</param>
    /// <param name="cancellationToken">Ends the look-up of where the rows lie.</param>
    internal virtual Task<ReadAhead?> BeginReadAheadAsync(bool isShuffled, int epoch, long row, int? epochs,
        CancellationToken cancellationToken) => Task.FromResult<ReadAhead?>(null);

    /// <summary>The rows and columns of a query; its order and limit count. Where they stand is looked up here.</summary>
    /// <param name="query">Which rows of which dataset, and which columns, heavy ones included; without <see cref="Query.Columns"/> all of
    /// them.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="ArgumentException">The query names a column that there is not, or a condition is no expression.</exception>
    public static async Task<StreamSource> OpenAsync(Query query, CancellationToken cancellationToken = default) =>
        new DatasetRows(query, query.IsNarrowed
            ? await query.Dataset.PositionsAsync(query, cancellationToken).ConfigureAwait(false) : null);

    /// <summary>Rows of a dataset by their places in its index, in this order; one may stand there twice.</summary>
    /// <param name="query">The dataset's columns and view; conditions have no place here.</param>
    /// <param name="positions">Places, from 0.</param>
    /// <exception cref="ArgumentException">The query has conditions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public static StreamSource At(Query query, IEnumerable<long> positions)
    {
        if (query.IsNarrowed)
            throw new ArgumentException("The rows are named by their places: the query may choose columns and view, and nothing else.",
                nameof(query));
        long[] places = [.. positions];
        foreach (long place in places)
            if (place < 0 || place >= query.Dataset.Manifest.Rows)
                throw new ArgumentOutOfRangeException(nameof(positions), place,
                    $"Dataset '{query.Dataset.Address}' has {query.Dataset.Manifest.Rows} rows, counted from 0.");
        return new DatasetRows(query, places);
    }

    /// <summary>Rows that are in memory already: labels, say, to be aligned with what is read.</summary>
    /// <param name="rows">The rows.</param>
    public static StreamSource Of(RowBatch rows) => new MemoryRows(rows);

    /// <summary>Sources of equal length side by side: row i has the columns of every one's row i, as the pairs of a match have an image
    /// here and a spectrum there.</summary>
    /// <param name="parts">A prefix for each source's columns (<c>a_</c>; empty for none) and the source.</param>
    /// <exception cref="ArgumentException">The sources differ in length, or two columns have one name.</exception>
    public static StreamSource Align(params IEnumerable<(string Prefix, StreamSource Source)> parts) => new AlignedRows([.. parts]);

    /// <summary>Sources one after the other. All must have the same columns, and columns of one name must agree in what their values mean;
    /// the codes of classes are united by the classes' names.</summary>
    /// <exception cref="ArgumentException">A source lacks a column, or columns of one name differ; all differences are listed.</exception>
    public static StreamSource Union(params IEnumerable<StreamSource> sources) => new UnionRows([.. sources], new UnionOptions());

    /// <summary>Sources one after the other, united as the options say.</summary>
    /// <inheritdoc cref="Union(IEnumerable{StreamSource})"/>
    public static StreamSource Union(IEnumerable<StreamSource> sources, UnionOptions options) => new UnionRows([.. sources], options);

    /// <inheritdoc cref="Union(IEnumerable{StreamSource})"/>
    public static StreamSource operator +(StreamSource left, StreamSource right) => Union(left, right);

    /// <inheritdoc cref="Union(IEnumerable{StreamSource})"/>
    public static StreamSource Add(StreamSource left, StreamSource right) => Union(left, right);

    /// <summary>Some of these rows, in this order; one may stand there twice.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public StreamSource Select(IEnumerable<long> rows) => new SelectedRows(this, [.. rows]);

    /// <summary>These rows as a function makes them anew, batch by batch, ahead of whoever reads them.</summary>
    /// <param name="transform">Gets some rows, whose memory is lent to it and to what it makes, and gives as many; is called from several
    /// threads, and once without rows, which shows the columns.</param>
    /// <param name="name">What tells this function from others in saved states.</param>
    public StreamSource Transform(Func<RowBatch, RowBatch> transform, string name = "transform") =>
        new TransformedRows(this, transform, name);
}
