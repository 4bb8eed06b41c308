using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Publishing;

/// <summary>One exported file and its rows.</summary>
/// <param name="Folder">The folder above the folders of pixels.</param>
/// <param name="Pixel">The pixel at <see cref="HealpixColumn.Order"/>.</param>
internal sealed record MmuPlan(string Folder, long Pixel)
{
    private readonly List<(long First, int Count)> runs = [];

    /// <summary>The number of rows.</summary>
    internal int Rows { get; private set; }

    /// <summary>The positions of the rows in the index, ascending.</summary>
    internal IEnumerable<long> Positions
    {
        get
        {
            foreach ((long first, int count) in runs)
                for (int i = 0; i < count; i++)
                    yield return first + i;
        }
    }

    /// <summary>Assigns all rows to files. The index is sorted by position, so that the rows of a pixel are consecutive.</summary>
    /// <returns>The files in the order of pixels. Consecutive rows take 16 bytes.</returns>
    internal static async Task<List<MmuPlan>> MakeAsync(Dataset dataset, MmuFolders folders, CancellationToken cancellationToken)
    {
        List<MmuPlan> plans = [];
        Dictionary<string, MmuPlan> ofPixel = new(StringComparer.Ordinal);
        long position = 0, lastPixel = -1;
        string[] columns = folders.Column is { } column ? [MmuTable.Ra, MmuTable.Dec, MmuTable.Id, column.Name]
            : [MmuTable.Ra, MmuTable.Dec];
        Query query = dataset.Query().Native().InIndexOrder();
        long[]? positions = query.IsNarrowed ? await dataset.PositionsAsync(query, cancellationToken).ConfigureAwait(false) : null;
        await foreach (RowBatch rows in dataset.QueryAsync(query.Columns(columns.Distinct()), cancellationToken)
            .ConfigureAwait(false))
        {
            MmuBatch batch = new(dataset.Address, rows);
            for (int row = 0; row < rows.RowCount; row++, position++)
            {
                long pixel = Healpix.AngToPix(HealpixColumn.Order, rows.Values<double>(MmuTable.Ra)[row],
                    rows.Values<double>(MmuTable.Dec)[row]);
                if (pixel != lastPixel)
                    ofPixel.Clear();
                lastPixel = pixel;
                string folder = folders.Of(batch, row);
                if (!ofPixel.TryGetValue(folder, out MmuPlan? plan))
                    plans.Add(ofPixel[folder] = plan = new MmuPlan(folder, pixel));
                plan.Add(positions?[position] ?? position);
            }
        }
        if (plans.DistinctBy(plan => (plan.Folder, plan.Pixel)).Count() != plans.Count)
            throw new DatasetInvalidException(dataset.Address, $"{dataset.IndexWords} is not sorted by position",
                IndexRemedy.OfIndex(dataset));
        return plans;
    }

    private void Add(long position)
    {
        if (runs is [.., var (first, count)] && first + count == position)
            runs[^1] = (first, count + 1);
        else
            runs.Add((position, 1));
        Rows++;
    }
}
