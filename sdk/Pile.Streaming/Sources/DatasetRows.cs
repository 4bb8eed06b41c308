using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Rows of one dataset.</summary>
internal sealed class DatasetRows : StreamSource
{
    // The locations of the pieces of all rows are looked up once if they take no more memory than this, otherwise for the
    // rows of every read.
    private const long LargestReaderBytes = 96 << 20;

    // The approximate size of a row and column in a RowReader.
    private const long PieceBytes = 40, LightBytes = 16;

    // Of more rows, only the sizes of some runs of neighbours are looked up: a run is in one or two parts of the index.
    private const int SampleRuns = 32, RowsOfRun = 128;

    private readonly Query query;
    private readonly long[]? positions;
    private readonly bool isLookedUpOnce;
    private readonly RowLookup lookup;
    private readonly Lazy<long> rowBytes;

    /// <param name="query">Dataset, columns and view.</param>
    /// <param name="positions">Positions in the index; null for all rows.</param>
    /// <param name="largestReaderBytes">The maximum memory for the locations of all rows.</param>
    internal DatasetRows(Query query, long[]? positions, long largestReaderBytes = LargestReaderBytes)
    {
        (this.query, this.positions) = (query.ColumnsOnly(), positions);
        lookup = new RowLookup(this.query, positions);
        Manifest manifest = query.Dataset.Manifest;
        RowCount = positions?.Length ?? manifest.Rows;
        Columns = query.Schemas();
        long fixedBytes = Columns.Sum(c => c.IsRagged || c.DType == DType.String ? 0 : (long)c.ElementsPerRow * c.DType.ElementBytes());
        rowBytes = new(() => fixedBytes + (!Columns.Any(c => c.IsRagged) ? 0
            : manifest.IsIndexOnly ? OutsideBytes() : manifest.Bytes / Math.Max(manifest.Rows, 1)));
        isLookedUpOnce = RowCount * Columns.Sum(c => c.IsHeavy ? PieceBytes : LightBytes) <= largestReaderBytes;
        string layers = string.Concat(query.Dataset.LayerIdentities.Select(l => $" with {l}"));
        Identity = $"{manifest.Name} {manifest.Version} {manifest.Rows} {query.Dataset.Root[..16]}{TilesOf(query.Dataset)}{layers}"
            + (positions is null ? "" : $" of {RowsHash.Of(positions)}");
    }

    public override long RowCount { get; }

    public override ImmutableArray<ColumnSchema> Columns { get; }

    public override long RowBytes => rowBytes.Value;

    internal override string Identity { get; }

    internal override PinnedRows? Pinned { get; init; }

    internal override bool IsNear => query.Dataset.Store.Traits.IsLocal;

    internal override async Task<RowBatch> ReadAsync(ReadOnlyMemory<long> rows, int epoch, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        (RowReader reader, ReadOnlyMemory<int> places) = await LocateAsync(rows, memory, cancellationToken).ConfigureAwait(false);
        return await reader.ReadBatchAsync(places, memory, cancellationToken).ConfigureAwait(false);
    }

    internal override async Task<byte[]?[]> ReadHasDataAsync(ReadOnlyMemory<long> rows, string column, CancellationToken cancellationToken)
    {
        byte[]?[] hasData = new byte[]?[rows.Length];
        if (Columns.All(c => c.Name != column) || query.Dataset.Manifest.Column(column)?.Storage != ColumnStorage.Window)
            return hasData;
        (RowReader reader, ReadOnlyMemory<int> places) = await LocateAsync(rows, BatchMemory.Own, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < hasData.Length; i++)
            hasData[i] = await reader.ReadValidAsync(places.Span[i], column, cancellationToken).ConfigureAwait(false);
        return hasData;
    }

    internal override Task<ColumnData> ColumnAsync(string column, CancellationToken cancellationToken) => Columns is [{ Name: var only }]
        && only == column ? base.ColumnAsync(column, cancellationToken)
        : new DatasetRows(query.Columns(column), positions).ColumnAsync(column, cancellationToken);

    internal override ImmutableArray<ColumnSchema> AllColumns => query.Dataset.ColumnsOf(query.View);

    internal override StreamSource WithColumns(IEnumerable<string> names) => new DatasetRows(query.Columns(names.Distinct()), positions);

    // The root of a catalogue does not identify the order of its rows. Of a remote one nothing does.
    private static string TilesOf(Dataset dataset)
    {
        if (dataset.Catalogue is null || !dataset.Store.Traits.IsLocal)
            return "";
        string stamps = string.Join('\n', Task.Run(() => dataset.TileStampsAsync(CancellationToken.None)).GetAwaiter().GetResult());
        return $" of tiles {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stamps)))[..16]}";
    }

    private async Task<(RowReader Reader, ReadOnlyMemory<int> Places)> LocateAsync(ReadOnlyMemory<long> rows, BatchMemory memory,
        CancellationToken cancellationToken)
    {
        if (isLookedUpOnce)
        {
            (RowReader reader, long first) = await lookup.OfAsync(rows, cancellationToken).ConfigureAwait(false);
            Memory<int> places = memory.Rent<int>(rows.Length).AsMemory(0, rows.Length);
            for (int i = 0; i < rows.Length; i++)
                places.Span[i] = (int)(rows.Span[i] - first);
            return (reader, places);
        }
        // Each position is looked up once, in the order of the index.
        long[] wanted = positions is null ? rows.ToArray() : Array.ConvertAll(rows.ToArray(), r => positions[r]);
        long[] sorted = [.. wanted.Distinct().Order()];
        RowReader some = await query.Dataset.OpenRowsByPositionAsync(sorted, query, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return (some, Array.ConvertAll(wanted, p => Array.BinarySearch(sorted, p)));
    }

    // The size of a dataset whose values are in other files says nothing about them. Few rows may have most of the bytes, and the order of
    // a shuffle, which depends on the size, must be the same for all stores: so all rows count, or some of the whole dataset. Of each
    // column the rows that have a value count, because they may be next to each other.
    private long OutsideBytes()
    {
        RowReader rows = Task.Run(() => isLookedUpOnce ? lookup.All()
            : query.Dataset.OpenRowsByPositionAsync(Sample(), query)).GetAwaiter().GetResult();
        return rows.Columns.Where(c => c.Schema is { IsHeavy: true, IsRagged: true }).Sum(column =>
            (long)Enumerable.Range(0, rows.Count).Where(row => !column.IsNull(row)).Select(column.BatchBytesOf).DefaultIfEmpty().Average());
    }

    private IEnumerable<long> Sample() => Enumerable.Range(0, SampleRuns)
        .SelectMany(run => Enumerable.Range(0, RowsOfRun).Select(i => (run * RowCount / SampleRuns) + i)).Where(row => row < RowCount)
        .Select(row => positions?[row] ?? row).Distinct().Order();

    internal override async Task<ReadAhead?> BeginReadAheadAsync(bool isShuffled, int epoch, long row, int? epochs,
        CancellationToken cancellationToken)
    {
        if (!IsNear || !isLookedUpOnce || RowCount == 0)
            return null;
        RowReader reader = await lookup.All().WaitAsync(cancellationToken).ConfigureAwait(false);
        return isShuffled ? reader.BeginShuffledReadAhead() : reader.BeginReadAhead(epoch, (int)row, epochs);
    }
}
