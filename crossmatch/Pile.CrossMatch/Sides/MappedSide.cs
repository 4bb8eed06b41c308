using System.Collections.Immutable;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A dataset on this machine as a side: its positions are mapped, its other columns are read into memory where they are needed,
/// its conditions are a set of rows.</summary>
/// <remarks>Rows are numbered in the order of the index, which is that of the positions.</remarks>
internal sealed class MappedSide : IDisposable
{
    private readonly Dictionary<string, NumberValues> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KeptColumn> others = new(StringComparer.Ordinal);

    private readonly MatchWorkspace work;

    private MappedSide(DatasetSide side, MappedPositions positions, MatchWorkspace work) =>
        (Side, Positions, this.work, Errors, Mjd) = (side, positions, work, new RowArray<double>(0), new RowArray<double>(0));

    internal DatasetSide Side { get; }

    internal MappedPositions Positions { get; }

    /// <summary>Bytes of the file of positions.</summary>
    internal long PositionsBytes { get; private init; }

    /// <summary>Tiles of the index.</summary>
    internal int TileCount { get; private init; }

    /// <summary>The rows that take part; null for all.</summary>
    internal RowSet? Selected { get; private set; }

    /// <summary>How many rows take part.</summary>
    internal long Count { get; private set; }

    /// <summary>Whether tiles of the index were read: for conditions or columns.</summary>
    internal bool HasReadTiles { get; private set; }

    /// <summary>Errors in arcseconds, or radii, for each row; NaN where there is none. Empty where none are asked for.</summary>
    internal RowArray<double> Errors { get; private set; }

    /// <summary>Times for each row, MJD; NaN where there is none. Empty where none are asked for.</summary>
    internal RowArray<double> Mjd { get; private set; }

    /// <summary>Rows that take part and have no error, where errors are asked for.</summary>
    internal long WithoutError { get; private set; }

    /// <summary>Maps the positions of a side, if it is a dataset on this machine with positions of all its rows.</summary>
    /// <returns>Null if the side must be read.</returns>
    internal static async Task<MappedSide?> TryOpenAsync(MatchSide side, MatchWorkspace work, CancellationToken cancellationToken)
    {
        if (side is not DatasetSide { Dataset: { IsWithoutIndex: false } dataset } ofDataset || !dataset.Store.Traits.IsLocal)
            return null;
        FileList files = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
        if (files.Files.FirstOrDefault(f => f.Kind == DatasetFileKind.Meta
            && f.Path.EndsWith(DatasetPaths.Positions(""), StringComparison.Ordinal)) is not { } file)
            return null;
        FileInfo found = new(Path.Combine(dataset.Address, file.Path));
        if (!found.Exists)
            return null;
        if (found.Length != file.Bytes)
            throw new DatasetInvalidException(dataset.Address, $"'{file.Path}' has {found.Length} bytes, '{DatasetPaths.Files}' lists {file.Bytes}",
                "Get the file again, or build the dataset again");
        MappedPositions positions = MappedPositions.Open(found.FullName, dataset.Address);
        if (positions.WithoutPosition == 0 && positions.Count == dataset.Manifest.Rows)
            return new MappedSide(ofDataset, positions, work) { Count = positions.Count, PositionsBytes = file.Bytes, TileCount = files.Tiles.Length };
        positions.Dispose();
        return null;
    }

    /// <summary>Finds the rows that take part.</summary>
    internal async Task SelectAsync(CancellationToken cancellationToken)
    {
        if (!Side.Query.IsNarrowed)
            return;
        HasReadTiles = true;
        Query query = Side.Query.Columns("object_id");
        RowSet selected = new(Positions.Count);
        foreach (long row in await Side.Dataset.PositionsAsync(query, cancellationToken).ConfigureAwait(false))
            selected.Add((int)row);
        (Selected, Count) = (selected, selected.Count);
    }

    /// <summary>Prepares the columns that a match needs.</summary>
    /// <param name="needs">Which they are.</param>
    /// <param name="reach">Where rows matter; null for everywhere. Values of other rows may be anything.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What is to be read of tiles; null for nothing.</returns>
    internal async Task<TileValues?> BeginReadAsync(SideNeeds needs, HealpixRanges? reach, CancellationToken cancellationToken)
    {
        ColumnSchema[] schemas = [.. needs.All.Select(Side.Require)];
        if (schemas.Length == 0)
            return null;
        HasReadTiles = true;
        // The type of an alias that is an expression is known when it is read.
        HashSet<string> typed = [.. Side.Dataset.View(DatasetView.Standard).Columns.Where(c => c.DType is not null).Select(c => c.Name)];
        ColumnSchema[] ofNumbers = [.. schemas.Where(s => s is { IsScalar: true, DType: not DType.String } && typed.Contains(s.Name))],
            ofOthers = [.. schemas.Except(ofNumbers)];
        foreach (ColumnSchema schema in ofNumbers)
            numbers.Add(schema.Name, NumberValues.Of(schema.DType, Positions.Count, schema.Nullable, work));
        if (ofOthers.Length > 0)
            await ReadOthersAsync(ofOthers, cancellationToken).ConfigureAwait(false);
        return ofNumbers.Length == 0 ? null : await TileValues.PlanAsync(Side.Dataset, [.. ofNumbers.Select(s => (s, numbers[s.Name]))],
            reach, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Computes errors and times once the columns are read.</summary>
    internal void EndRead(SideNeeds needs, HealpixRanges? reach)
    {
        if (!needs.Errors.IsEmpty)
            Errors = OfAllRows(ErrorsOf(needs.Errors));
        if (needs.Time is { } time)
            Mjd = OfAllRows((first, destination) => Fill(time, first, destination.Span, SideValues.Mjd));
        for (int row = 0; row < Errors.Count; row++)
            if (double.IsNaN(Errors[row]) && (Selected is null || Selected[row]) && (reach is null || reach.Contains(PixelOf(row))))
                WithoutError++;
    }

    /// <summary>A column of numbers that was read; null if it is not one.</summary>
    internal NumberValues? Numbers(string name) => numbers.GetValueOrDefault(name);

    /// <summary>A column that was read, as it was found.</summary>
    internal ColumnSchema Schema(string name) => others.TryGetValue(name, out KeptColumn? values) ? values.Schema : Side.Require(name);

    /// <summary>Ids, right ascensions or declinations as a column of a result.</summary>
    internal ResultColumn Own(PositionColumn column, ColumnSchema schema, ResultPart part) =>
        column == PositionColumn.Id && Positions.HasTextIds ? new MappedTextColumn(schema, part, Positions)
            : new MappedColumn(schema, part, Positions, column);

    /// <summary>A column that was read, as a column of a result.</summary>
    internal ResultColumn Stored(string name, ColumnSchema schema, ResultPart part) =>
        numbers.TryGetValue(name, out NumberValues? values) ? new NumberColumn(schema, part, values)
            : new OtherColumn(schema, part, others[name]);

    public void Dispose() => Positions.Dispose();

    private long PixelOf(int row) => Positions.Healpix29(row >> SortedPositions.ChunkShift)[row & (SortedPositions.ChunkRows - 1)];

    private async Task ReadOthersAsync(ColumnSchema[] schemas, CancellationToken cancellationToken)
    {
        Query query = Side.Dataset.Query().Columns(schemas.Select(s => s.Name));
        foreach (ColumnSchema schema in schemas)
            others.Add(schema.Name, new KeptColumn(work));
        long rows = 0;
        await foreach (RowBatch batch in Side.Dataset.QueryAsync(query, cancellationToken).ConfigureAwait(false))
        {
            rows += batch.RowCount;
            foreach (ColumnSchema schema in schemas)
                others[schema.Name].Add(batch[schema.Name]);
        }
        if (rows != Positions.Count)
            throw new DatasetInvalidException(Side.Dataset.Address, $"the index has {rows} rows, its positions {Positions.Count}",
                "Run 'pile validate' for all findings");
        foreach (ColumnSchema schema in schemas)
            others[schema.Name].Complete();
    }

    // Chunk by chunk: what is computed on the way is small.
    private RowArray<double> OfAllRows(Action<int, Memory<double>> compute)
    {
        RowArray<double> all = work.Rows<double>(Positions.Count);
        for (int first = 0; first < all.Count; first += SortedPositions.ChunkRows)
            compute(first, all.Memory.Slice(first, Math.Min(SortedPositions.ChunkRows, all.Count - first)));
        return all;
    }

    private Action<int, Memory<double>> ErrorsOf(ImmutableArray<string> names)
    {
        double[] factors = [.. names.Select(name => SideValues.FactorToArcsec(Side, Schema(name)))];
        return (first, destination) => SideValues.Errors(factors, (int column, Span<double> values) =>
            Fill(names[column], first, values, SideValues.Numbers), destination.Span);
    }

    private void Fill(string name, int first, Span<double> destination, ConvertRows convert)
    {
        if (numbers.TryGetValue(name, out NumberValues? values))
        {
            convert(values.All(Side.Require(name)), first, destination);
            return;
        }
        while (!destination.IsEmpty)
        {
            (ColumnData piece, int row) = others[name].Find(first);
            int count = Math.Min(destination.Length, piece.RowCount - row);
            convert(piece, row, destination[..count]);
            first += count;
            destination = destination[count..];
        }
    }

    private delegate void ConvertRows(ColumnData column, int firstRow, Span<double> destination);
}
