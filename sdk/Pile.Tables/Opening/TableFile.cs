using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Opening;

/// <summary>The base of all formats: selects columns by name, checks ranges before reading, and works off the caller's thread.</summary>
internal abstract class TableFile(TablePath source, ImmutableArray<ColumnSchema> columns, long? rowCount) : ITableReader, ITableNotes
{
    private volatile bool isDisposed;

    public string Path => Source.Given;

    public ImmutableArray<ColumnSchema> Columns { get; } = columns;

    public long? RowCount { get; } = rowCount;

    /// <inheritdoc/>
    public virtual string? OtherTables => null;

    /// <inheritdoc/>
    public virtual IEnumerable<string> Notes =>
        NamesInFile is { } names && UniqueNames.NoteOf(names, [.. Columns.Select(c => c.Name)]) is { } note ? [note] : [];

    /// <summary>The names of the columns in the file, which may repeat; null if they are unique.</summary>
    internal IReadOnlyList<string>? NamesInFile { get; init; }

    protected TablePath Source { get; } = source;

    public IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        CancellationToken cancellationToken = default)
    {
        RequireOpen();
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount ?? 0, nameof(rowCount));
        int[] selected = Select(columns);
        return StreamAsync(token => rowCount == 0 ? [] : Read(selected, firstRow, rowCount ?? long.MaxValue, token), cancellationToken);
    }

    /// <summary>Streams all rows in batches whose numbers are valid until the next one is requested: reading ten million rows into new
    /// memory takes longer than decoding them.</summary>
    internal IAsyncEnumerable<RowBatch> ReadOverwritingAsync(IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        int[] selected = Select(columns);
        return StreamAsync(token => ReadOverwriting(selected, token), cancellationToken);
    }

    public virtual string? FrameOf(string column) => null;

    double? ITableReader.EpochOf(string column) => EpochOf(column);

    /// <inheritdoc cref="ITableReader.EpochOf"/>
    internal virtual double? EpochOf(string column) => null;

    public virtual ColumnSchema? AsTimes(string column) => IndexOf(column) is >= 0 and int index ? Columns[index] : null;

    /// <summary>Returns true for a column of text that the file has as instants.</summary>
    internal virtual bool IsTimestamp(string column) => false;

    /// <summary>Reads columns for a cast from now on, so that no value is rounded before it; other formats have their values as
    /// written.</summary>
    internal virtual void ReadForCast(IReadOnlyDictionary<string, DType> types) { }

    /// <summary>Reads the bytes of a binary column as hexadecimal digits from now on; other columns stay as they are.</summary>
    internal virtual void ReadAsDigits(string column) { }

    /// <summary>Returns whether numbers of a column were written with digits that its type, float64, may not have. Such a column can be
    /// opened again as text.</summary>
    /// <param name="column">The column.</param>
    /// <param name="toIntegers">True if the numbers are to be integers, of which float64 does not have all: then each decimal counts,
    /// such as <c>9007199254740993.0</c>; false for integers beyond 2⁵³ beside decimals.</param>
    internal virtual bool MayRound(string column, bool toIntegers) => false;

    /// <summary>The single values that describe the table as a whole: PARAMs of a VOTable, <c>meta</c> of an ECSV file.</summary>
    internal virtual IReadOnlyList<FitsCard> Keywords { get; init; } = [];

    public virtual void Dispose() => isDisposed = true;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads rows in the file's order.</summary>
    /// <param name="columns">Indices into <see cref="Columns"/>, in the order of the result.</param>
    /// <param name="firstRow">The first row, from 0; may be past the end.</param>
    /// <param name="rowCount">The maximum number of rows.</param>
    /// <param name="cancellationToken">Must be checked at least once per batch.</param>
    protected abstract IEnumerable<RowBatch> Read(int[] columns, long firstRow, long rowCount, CancellationToken cancellationToken);

    /// <summary>True if <see cref="ReadOverwritingAsync"/> overwrites batches.</summary>
    internal virtual bool CanOverwrite => false;

    /// <summary>Reads all rows in the file's order, and may store the numbers of each batch in the memory of the one before.</summary>
    protected virtual IEnumerable<RowBatch> ReadOverwriting(int[] columns, CancellationToken cancellationToken) =>
        Read(columns, 0, long.MaxValue, cancellationToken);

    private async IAsyncEnumerable<RowBatch> StreamAsync(Func<CancellationToken, IEnumerable<RowBatch>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using IEnumerator<RowBatch> batches = read(cancellationToken).GetEnumerator();
        // A format without a file handle could read on, and others would name the handle.
        for (RequireOpen(); await Task.Run(batches.MoveNext, cancellationToken).ConfigureAwait(false); RequireOpen())
            yield return batches.Current;
    }

    private void RequireOpen() => ObjectDisposedException.ThrowIf(isDisposed, typeof(ITableReader));

    private int[] Select(IReadOnlyList<string>? names)
    {
        int[] selected = new int[names?.Count ?? Columns.Length];
        if (names is null)
        {
            for (int i = 0; i < selected.Length; i++)
                selected[i] = i;
            return selected;
        }
        for (int i = 0; i < selected.Length; i++)
        {
            int index = IndexOf(names[i]);
            if (index < 0)
                throw new ArgumentException($"{Path} has no column '{names[i]}'; it has {string.Join(", ", Columns.Select(c => c.Name))}.",
                    nameof(names));
            if (selected.AsSpan(0, i).Contains(index))
                throw new ArgumentException($"The column '{names[i]}' is requested twice.", nameof(names));
            selected[i] = index;
        }
        return selected;
    }

    private protected int IndexOf(string name)
    {
        for (int i = 0; i < Columns.Length; i++)
            if (Columns[i].Name == name)
                return i;
        return -1;
    }
}
