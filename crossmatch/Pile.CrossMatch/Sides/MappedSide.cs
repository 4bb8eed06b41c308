using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A dataset as a side: its positions are memory-mapped, required columns are read into memory, and conditions are a set of
/// rows.</summary>
/// <remarks>Rows are numbered in the order of the index, which is that of the positions.</remarks>
internal sealed class MappedSide : PreparedSide
{
    private readonly DatasetSide ofDataset;
    private readonly MappedPositions positions;
    private readonly int tileCount;

    private MappedSide(DatasetSide side, MappedPositions positions, int tileCount, MatchWorkspace work) : base(side, work)
    {
        (ofDataset, this.positions, this.tileCount, Ids) = (side, positions, tileCount, new MappedIds(positions));
        Count = positions.Count;
    }

    internal override SortedPositions Positions => positions;

    internal override RowIds Ids { get; }

    internal override int RowCount => positions.Count;

    /// <summary>True if tiles of the index were read, for conditions or columns.</summary>
    internal bool HasReadTiles { get; private set; }

    /// <summary>Maps the positions of a side, if it is a dataset with positions of all its rows.</summary>
    /// <param name="side">The side.</param>
    /// <param name="work">The workspace of the match.</param>
    /// <param name="isWhole">True if all positions of a remote dataset will be needed.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The side; null if it must be loaded.</returns>
    internal static async Task<MappedSide?> TryOpenAsync(MatchSide side, MatchWorkspace work, bool isWhole,
        CancellationToken cancellationToken)
    {
        if (side is not DatasetSide { Dataset: var dataset } ofDataset
            || await PositionsFile.FindAsync(dataset, cancellationToken).ConfigureAwait(false) is not { } file)
            return null;
        MappedPositions mapped = await MappedPositions.OpenAsync(dataset, file, isWhole, cancellationToken).ConfigureAwait(false);
        if (mapped.WithoutPosition == 0 && mapped.Count == dataset.Manifest.Rows)
            return new MappedSide(ofDataset, mapped,
                (await dataset.FilesAsync(cancellationToken).ConfigureAwait(false)).Tiles.Length, work);
        mapped.Dispose();
        return null;
    }

    /// <summary>True if the positions are fetched from a remote store.</summary>
    internal bool IsRemote => positions.IsRemote;

    /// <summary>Starts to fetch the positions of a remote dataset.</summary>
    /// <param name="reach">The part of the sky in which rows are needed; null for all of it.</param>
    internal void BeginFetch(HealpixRanges? reach) => positions.BeginFetch(reach, Selected);

    /// <summary>Finds the selected rows.</summary>
    internal async Task SelectAsync(int workers, CancellationToken cancellationToken)
    {
        if (!ofDataset.Query.IsNarrowed)
            return;
        HasReadTiles = true;
        RowSet selected = await ComparedRows.TrySelectAsync(ofDataset, Positions.Count, workers, cancellationToken).ConfigureAwait(false)
            ?? await FindAsync(cancellationToken).ConfigureAwait(false);
        (Selected, Count) = (selected, selected.Count);
    }

    /// <summary>Prepares the columns that a match needs.</summary>
    /// <param name="needs">The columns.</param>
    /// <param name="reach">The part of the sky in which rows are needed; null for all of it. Values of other rows are undefined.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The values to read from tiles; null if there are no such values.</returns>
    internal async Task<TileValues?> BeginReadAsync(SideNeeds needs, HealpixRanges? reach, CancellationToken cancellationToken)
    {
        ColumnSchema[] schemas = [.. needs.All.Select(Side.Require)];
        if (schemas.Length == 0)
            return null;
        HasReadTiles = true;
        // The type of an alias with an expression is known only when it is read.
        HashSet<string> typed = [.. ofDataset.Dataset.View(DatasetView.Standard).Columns.Where(c => c.DType is not null)
            .Select(c => c.Name)];
        ColumnSchema[] ofNumbers = [.. schemas.Where(s => s is { IsScalar: true, DType: not DType.String } && typed.Contains(s.Name))],
            ofOthers = [.. schemas.Except(ofNumbers)];
        foreach (ColumnSchema schema in ofNumbers)
            numbers.Add(schema.Name, NumberValues.Of(schema.DType, Positions.Count, schema.Nullable, Work));
        if (ofOthers.Length > 0)
            await ReadOthersAsync(ofOthers, cancellationToken).ConfigureAwait(false);
        return ofNumbers.Length == 0 ? null : await TileValues.PlanAsync(ofDataset.Dataset,
            [.. ofNumbers.Select(s => (s, numbers[s.Name]))],
            reach, cancellationToken).ConfigureAwait(false);
    }

    internal override SideIdentity Identified(SideIdentity identity, bool ofPositions) =>
        ofPositions && !HasReadTiles ? identity with { Sha256 = null } : identity;

    // If only positions are needed, no tile is opened.
    internal override async Task<SidePlan> ActualAsync(SideNeeds needs, HealpixRanges? reach, CancellationToken cancellationToken) =>
        HasReadTiles ? await Side.PlanAsync(needs.All, reach, cancellationToken).ConfigureAwait(false) with { Rows = Count }
            : new SidePlan(Side.Name, 0, tileCount, Count, positions.LengthBytes, 1);

    internal override void RequireUnchanged() => positions.RequireUnchanged();

    internal override ColumnSchema OwnSchema(PositionColumn column)
    {
        PositionFrame frame = Side.Frame;
        string name = column switch { PositionColumn.Id => "object_id", PositionColumn.Ra => frame.Lon, _ => frame.Lat };
        return ofDataset.Require(name);
    }

    /// <inheritdoc/>
    internal override ResultColumn Own(PositionColumn column, ColumnSchema schema, ResultPart part) =>
        column == PositionColumn.Id && positions.HasTextIds ? new MappedTextColumn(schema, part, positions)
            : new MappedColumn(schema, part, positions, column);

    public override void Dispose()
    {
        positions.Dispose();
        base.Dispose();
    }

    private async Task<RowSet> FindAsync(CancellationToken cancellationToken)
    {
        RowSet selected = new(Positions.Count);
        foreach (long row in await ofDataset.Dataset.PositionsAsync(ofDataset.Query.Columns("object_id"), cancellationToken)
            .ConfigureAwait(false))
            selected.Add((int)row);
        return selected;
    }

    private async Task ReadOthersAsync(ColumnSchema[] schemas, CancellationToken cancellationToken)
    {
        Dataset dataset = ofDataset.Dataset;
        Query query = new Query(dataset).Columns(schemas.Select(s => s.Name)); // of all rows, also of a saved query
        foreach (ColumnSchema schema in schemas)
            others.Add(schema.Name, new KeptColumn(Work));
        long rows = 0;
        await foreach (RowBatch batch in dataset.QueryAsync(query, cancellationToken).ConfigureAwait(false))
        {
            rows += batch.RowCount;
            foreach (ColumnSchema schema in schemas)
                others[schema.Name].Add(batch[schema.Name]);
        }
        if (rows != Positions.Count)
            throw new DatasetInvalidException(dataset.Address, $"the index has {rows} rows, but its positions have {Positions.Count}",
                "Run 'pile validate' for all findings");
        foreach (ColumnSchema schema in schemas)
            others[schema.Name].Complete();
    }
}
