using System.Collections.Immutable;
using Pile.Format;
using Pile.Parquet;

namespace Pile.Reading;

/// <summary>Verifies what one statement reads of the tiles of a local index, before its values are returned.</summary>
/// <remarks>
/// Columns that decide which rows are returned are verified before the statement runs. Other columns are verified then too, if they are
/// small or if all of them are read anyway. Otherwise they are verified in the row groups of the returned rows, before these rows are
/// returned. A condition that few rows satisfy therefore does not cost a pass over all columns. See
/// docs/decisions/0017-verify-before-answering.md.
/// </remarks>
internal sealed class TileVerification
{
    /// <summary>From this number of blocks on, several threads verify them.</summary>
    private const int BlocksWorthThreads = 16;

    private readonly Dataset dataset;
    private readonly ImmutableArray<IndexTile> tiles;
    private readonly VerifiedTile[] files;
    private readonly TileColumns returned;
    private readonly bool[]?[] isGroupVerified;
    private long verifiedStart, verifiedEnd;

    private TileVerification(Dataset dataset, ImmutableArray<IndexTile> tiles, VerifiedTile[] files, TileColumns returned)
    {
        (this.dataset, this.tiles, this.files, this.returned) = (dataset, tiles, files, returned);
        isGroupVerified = new bool[]?[files.Length];
    }

    /// <summary>True if rows must be passed to <see cref="VerifyRows"/> before they are returned.</summary>
    internal bool NeedsPositions { get; private set; }

    /// <summary>Opens the tiles of a statement and verifies their footers.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="list">Its files.</param>
    /// <param name="tiles">The tiles, in the order of the statement's files.</param>
    /// <param name="localPath">Returns the local path of a tile.</param>
    /// <param name="returned">The columns that the statement returns.</param>
    /// <param name="cancellationToken">Cancels the verification.</param>
    /// <exception cref="DatasetInvalidException">A tile is missing or damaged.</exception>
    internal static TileVerification Open(Dataset dataset, FileList list, ImmutableArray<IndexTile> tiles, Func<string, string> localPath,
        TileColumns returned, CancellationToken cancellationToken) =>
        new(dataset, tiles, dataset.VerifiesTiles ? OpenFiles(dataset, list, tiles, localPath, cancellationToken) : [], returned);

    /// <summary>Returns the layouts of tiles.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    internal static IEnumerable<ParquetLayout> Layouts(Dataset dataset, FileList list, ImmutableArray<IndexTile> tiles,
        Func<string, string> localPath, CancellationToken cancellationToken) =>
        OpenFiles(dataset, list, tiles, localPath, cancellationToken).Select(f => f.Layout);

    /// <summary>Verifies what decides the rows of a statement, and the returned columns unless <see cref="VerifyRows"/> will.</summary>
    /// <param name="deciding">The columns that decide which rows are returned.</param>
    /// <param name="regions">The statement skips row groups whose keys are outside the span of one of these.</param>
    /// <param name="isSelective">True if the statement may return few rows of a row group, or none.</param>
    /// <param name="cancellationToken">Cancels the verification.</param>
    /// <exception cref="DatasetInvalidException">A tile is damaged.</exception>
    internal void Verify(TileColumns deciding, IReadOnlyList<SearchRegion> regions, bool isSelective, CancellationToken cancellationToken)
    {
        Func<ParquetRowGroup, bool> isRead = group =>
            MayHoldRowsOf(group, dataset.Manifest.Partition.Key.Column, regions, exactly: false);
        List<UnverifiedBlocks> decisive = [], all = [];
        int blocks = 0;
        foreach (VerifiedTile file in files)
        {
            UnverifiedBlocks needed = new(file);
            needed.Add(deciding, isRead, withFilters: !deciding.IsEmpty);
            decisive.Add(needed);
            UnverifiedBlocks more = new(file);
            more.Add(deciding, isRead, withFilters: !deciding.IsEmpty);
            more.Add(returned, isRead, withFilters: false);
            all.Add(more);
            blocks += more.Count - needed.Count;
        }
        NeedsPositions = isSelective && blocks > dataset.Options.VerifiedAtOnceBytes / FileBlocks.Bytes;
        Verify(NeedsPositions ? decisive : all, cancellationToken);
    }

    /// <summary>True if columns are verified in all row groups.</summary>
    internal bool IsVerified(TileColumns columns) => Array.TrueForAll(files, file =>
    {
        UnverifiedBlocks blocks = new(file);
        blocks.Add(columns, static _ => true, withFilters: true);
        return blocks.Count == 0;
    });

    /// <summary>Verifies all that the statement may read: DuckDB has failed, and damage may be the reason.</summary>
    /// <exception cref="DatasetInvalidException">A tile is damaged.</exception>
    internal void VerifyEverything(TileColumns deciding)
    {
        List<UnverifiedBlocks> all = [];
        foreach (VerifiedTile file in files)
        {
            UnverifiedBlocks blocks = new(file);
            blocks.Add(deciding, static _ => true, withFilters: true);
            blocks.Add(returned, static _ => true, withFilters: false);
            all.Add(blocks);
        }
        Verify(all, CancellationToken.None);
    }

    /// <summary>Verifies the row groups that rows are returned from.</summary>
    /// <param name="positions">The positions of the rows in the index.</param>
    /// <exception cref="DatasetInvalidException">A tile is damaged.</exception>
    internal void VerifyRows(ReadOnlySpan<long> positions)
    {
        foreach (long position in positions)
            if (position < verifiedStart || position >= verifiedEnd)
                VerifyGroupOf(position);
    }

    /// <summary>Checks that no tile has changed since it was verified.</summary>
    /// <exception cref="DatasetInvalidException">A tile has changed.</exception>
    internal void RequireUnchanged()
    {
        foreach (VerifiedTile file in files)
            Guard(dataset, file.Path, file.RequireUnchanged);
    }

    private static VerifiedTile[] OpenFiles(Dataset dataset, FileList list, ImmutableArray<IndexTile> tiles, Func<string, string> localPath,
        CancellationToken cancellationToken)
    {
        var opened = new VerifiedTile[tiles.Length];
        SharedWork.Run(tiles.Length, ThreadsOf(dataset), i => Guard(dataset, tiles[i].File.Path, () => opened[i] = dataset.VerifiesTiles
            ? VerifiedTile.Open(localPath(tiles[i].File.Path), tiles[i].File, list.ChecksumsOf(tiles[i]))
            : VerifiedTile.Open(localPath(tiles[i].File.Path), tiles[i].File with { Sha256 = "" }, null)), cancellationToken);
        return opened;
    }

    /// <summary>True if rows of a row group can be in all of the regions.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="key">The column of the key.</param>
    /// <param name="regions">The regions.</param>
    /// <param name="exactly">False to compare with the span of each region only, as DuckDB does.</param>
    internal static bool MayHoldRowsOf(ParquetRowGroup group, string key, IReadOnlyList<SearchRegion> regions, bool exactly)
    {
        if (regions.Count == 0 || group.Chunks.FirstOrDefault(c => c.Path is [var name] && name == key)
            is not { Range: (long min, long max) })
            return true;
        foreach (SearchRegion region in regions)
            if (region.Span is not { } span || min >= span.End || max < span.Start || (exactly && !region.MayTouch(min, max)))
                return false;
        return true;
    }

    private void VerifyGroupOf(long position)
    {
        int tile = tiles.Length - 1;
        while (tile > 0 && tiles[tile].FirstPosition > position)
            tile--;
        long row = position - tiles[tile].FirstPosition;
        IReadOnlyList<ParquetRowGroup> groups = files[tile].Layout.Groups;
        int group = 0;
        while (group < groups.Count - 1 && groups[group].FirstRow + groups[group].RowCount <= row)
            group++;
        ParquetRowGroup found = groups[group];
        bool[] isVerified = isGroupVerified[tile] ??= new bool[groups.Count];
        if (!isVerified[group])
        {
            UnverifiedBlocks blocks = new(files[tile]);
            blocks.Add(returned, g => ReferenceEquals(g, found), withFilters: false);
            Verify([blocks], CancellationToken.None);
            isVerified[group] = true;
        }
        verifiedStart = tiles[tile].FirstPosition + found.FirstRow;
        verifiedEnd = verifiedStart + found.RowCount;
    }

    private void Verify(List<UnverifiedBlocks> tilesWithBlocks, CancellationToken cancellationToken)
    {
        int blockCount = 0, runCount = 0;
        foreach (UnverifiedBlocks blocks in tilesWithBlocks)
            (blockCount, runCount) = (blockCount + blocks.Count, runCount + blocks.RunCount);
        // Runs are numbered through all tiles, so that threads share one large tile too.
        SharedWork.Run(runCount, blockCount < BlocksWorthThreads ? 1 : ThreadsOf(dataset), run =>
        {
            int tile = 0;
            for (; run >= tilesWithBlocks[tile].RunCount; tile++)
                run -= tilesWithBlocks[tile].RunCount;
            UnverifiedBlocks blocks = tilesWithBlocks[tile];
            Guard(dataset, blocks.Tile.Path, () => blocks.Tile.Verify(blocks.Run(run)));
        }, cancellationToken);
    }

    private static int ThreadsOf(Dataset dataset) => dataset.Options.Threads ?? Environment.ProcessorCount;

    private static void Guard(Dataset dataset, string path, Action verify)
    {
        string tile = dataset.Manifest.Foreign is null ? "index tile" : "tile";
        try
        {
            verify();
        }
        catch (TileDamagedException e)
        {
            throw new DatasetInvalidException(dataset.Address, $"the {tile} '{path}' is damaged: {e.Message}",
                IndexRemedy.OfTile(dataset), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetInvalidException(dataset.Address, $"the {tile} '{path}' cannot be read: {e.Message.TrimEnd('.')}",
                IndexRemedy.OfTile(dataset), e);
        }
    }
}
