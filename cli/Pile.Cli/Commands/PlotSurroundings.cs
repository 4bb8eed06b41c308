using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Earth;
using Pile.Format;
using Pile.Plotting;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>Reads what pictures of rows show besides them: positions of a catalogue, and the chips of a scene.</summary>
internal sealed class PlotSurroundings : IRowSurroundings, IAsyncDisposable
{
    private const int MostSceneChips = 5000;

    private readonly Dataset dataset;
    private readonly IAsyncDisposable? source;
    private readonly MatchSide? overlay;
    private readonly string overlayName;
    private (string Item, List<double[]> Rings, int Chips)? scene;

    private PlotSurroundings(Dataset dataset, MatchSide? overlay, IAsyncDisposable? source, string overlayName) =>
        (this.dataset, this.overlay, this.source, this.overlayName) = (dataset, overlay, source, overlayName);

    /// <summary>Opens a catalogue, if one is given.</summary>
    /// <param name="dataset">The dataset of the rows.</param>
    /// <param name="path">The dataset or table; null for none.</param>
    /// <param name="options">How a dataset is opened.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="UsageException">The table has no positions.</exception>
    internal static async Task<PlotSurroundings> OpenAsync(Dataset dataset, string? path, DatasetOptions options,
        CancellationToken cancellationToken)
    {
        if (path is null)
            return new(dataset, null, null, "");
        string name = Path.GetFileName(path.TrimEnd('/'));
        if (OpenSide.IsDataset(path))
        {
            Dataset catalogue = await Dataset.OpenAsync(path, options, cancellationToken).ConfigureAwait(false);
            catalogue.RequireSky("--overlay");
            return new(dataset, new DatasetSide(catalogue), catalogue, name);
        }
        ITableReader table = await TableReader.OpenAsync(InputFile.Require(path, "--overlay"), cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return new(dataset, TableSide.Create(table, new PositionOptions { OnMessage = options.OnMessage }), table, name);
        }
        catch (ArgumentException e)
        {
            await table.DisposeAsync().ConfigureAwait(false);
            throw new UsageException($"--overlay {path}: {e.Message}");
        }
    }

    public async Task<SkyPositions?> WithinAsync(double raDeg, double decDeg, double radiusDeg, CancellationToken cancellationToken)
    {
        if (overlay is null)
            return null;
        int order = 0; // pixels of about the size of the circle
        while (order < 12 && 58.6 / (1L << (order + 1)) > radiusDeg)
            order++;
        HealpixRanges reach = Healpix.CoverConeInclusive(raDeg, decDeg, Math.Clamp(radiusDeg, 1e-6, 180), order);
        List<double> ras = [], decs = [];
        await foreach (RowBatch batch in overlay.ReadAsync([], overlay.CanBePruned ? reach : null, cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++)
                if (RowNumbers.Scalar(batch, "ra", row) is { } ra && RowNumbers.Scalar(batch, "dec", row) is { } dec
                    && Separation.Arcsec(raDeg, decDeg, ra, dec) <= 3600 * radiusDeg)
                {
                    ras.Add(ra);
                    decs.Add(dec);
                }
        return new SkyPositions(overlayName, [.. ras], [.. decs]);
    }

    public async Task<ChipPlace?> PlaceAsync(RowBatch batch, int row, CancellationToken cancellationToken)
    {
        if (batch.Find(ChipPlace.FootprintColumn) is not ColumnData<byte> footprints || footprints.IsNullAt(row))
            return null;
        List<double[]> rings = RingsOf(footprints.Row(row));
        string item = batch.Find(ChipPlace.SceneColumn) is TextColumnData items && !items.IsNullAt(row) ? items.Text(row) : "";
        if (item.Length == 0)
            return new(rings, [], 0);
        if (scene?.Item != item)
        {
            List<double[]> all = [];
            int chips = 0;
            Query query = dataset.Query().Native().Where($"{ChipPlace.SceneColumn} = '{item.Replace("'", "''", StringComparison.Ordinal)}'")
                .Columns(ChipPlace.FootprintColumn).Limit(MostSceneChips);
            await foreach (RowBatch found in dataset.QueryAsync(query, cancellationToken).ConfigureAwait(false))
                for (int i = 0; i < found.RowCount; i++, chips++)
                    if (!found.Columns[0].IsNullAt(i))
                        all.AddRange(RingsOf(((ColumnData<byte>)found.Columns[0]).Row(i)));
            scene = (item, all, chips);
        }
        return new(rings, scene.Value.Rings, scene.Value.Chips);
    }

    public ValueTask DisposeAsync() => source?.DisposeAsync() ?? ValueTask.CompletedTask;

    private List<double[]> RingsOf(ReadOnlySpan<byte> wkb)
    {
        try
        {
            List<double[]> rings = [];
            foreach (NetTopologySuite.Geometries.Polygon part in Footprint.FromWkb(wkb).Parts)
                rings.Add([.. part.ExteriorRing.Coordinates.SelectMany(c => (double[])[c.X, c.Y])]);
            return rings;
        }
        catch (FormatException e)
        {
            throw new DatasetInvalidException(dataset.Address, $"a footprint is not valid: {e.Message.TrimEnd('.')}",
                "Run 'pile validate' for all findings", e);
        }
    }
}
