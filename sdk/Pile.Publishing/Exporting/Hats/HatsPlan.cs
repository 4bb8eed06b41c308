using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Writing.Index;
using IndexTile = Pile.Writing.Index.IndexTile;

namespace Pile.Publishing;

/// <summary>The tiles of an export, and the rows of the margin's tiles.</summary>
internal sealed class HatsPlan
{
    private HatsPlan(SkyCounts counts, IReadOnlyList<IndexTile> tiles) => (Counts, Tiles) = (counts, tiles);

    /// <summary>The number of rows on the sky.</summary>
    internal SkyCounts Counts { get; }

    /// <summary>The tiles, in NESTED order. Their rows are consecutive in the index.</summary>
    internal IReadOnlyList<IndexTile> Tiles { get; }

    /// <summary>The tiles of the margin, in NESTED order, with the positions of their rows in the index, ascending.</summary>
    internal List<(IndexTile Tile, List<long> Positions)> Margin { get; } = [];

    /// <summary>Reads the positions of all rows, twice. The memory contains the rows of the margin, 8 bytes each.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="maxTileRows">A tile with more rows is divided.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal static async Task<HatsPlan> MakeAsync(Dataset dataset, int maxTileRows, CancellationToken cancellationToken)
    {
        SkyCounts counts = new();
        long last = -1;
        await foreach (Rows rows in RowsAsync(dataset, cancellationToken).ConfigureAwait(false))
        {
            foreach (long healpix29 in rows.Healpix29)
            {
                if (healpix29 < last)
                    throw new DatasetInvalidException(dataset.Address, $"{dataset.IndexWords} is not sorted by position",
                        IndexRemedy.OfIndex(dataset));
                last = healpix29;
            }
            counts.Add(rows.Healpix29);
        }
        HatsPlan plan = new(counts, counts.Tiles(maxTileRows));
        MarginPlaces places = new(plan.Tiles, CollectionProperties.MarginArcsec);
        List<long>?[] positionsOf = new List<long>?[places.Places.Length];
        List<int> near = [];
        long position = 0;
        await foreach (Rows rows in RowsAsync(dataset, cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < rows.Healpix29.Length; row++, position++)
            {
                places.Near(rows.Healpix29[row], rows.RaDeg.Span[row], rows.DecDeg.Span[row], near);
                foreach (int place in near)
                    (positionsOf[place] ??= []).Add(position);
            }
        for (int place = 0; place < positionsOf.Length; place++)
            if (positionsOf[place] is { } positions)
                plan.Margin.Add((new IndexTile(places.Places[place].Order, places.Places[place].Pixel, positions.Count), positions));
        return plan;
    }

    private static async IAsyncEnumerable<Rows> RowsAsync(Dataset dataset,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (RowBatch batch in dataset.QueryAsync(
            dataset.Query().Native().InIndexOrder().Columns(MmuTable.Ra, MmuTable.Dec), cancellationToken)
            .ConfigureAwait(false))
        {
            ReadOnlyMemory<double> raDeg = ((ColumnData<double>)batch[MmuTable.Ra]).Values;
            ReadOnlyMemory<double> decDeg = ((ColumnData<double>)batch[MmuTable.Dec]).Values;
            long[] healpix29 = new long[batch.RowCount];
            for (int row = 0; row < healpix29.Length; row++)
                healpix29[row] = Healpix.AngToPix(Healpix.MaxOrder, raDeg.Span[row], decDeg.Span[row]);
            yield return new Rows(healpix29, raDeg, decDeg);
        }
    }

    private sealed record Rows(long[] Healpix29, ReadOnlyMemory<double> RaDeg, ReadOnlyMemory<double> DecDeg);
}
