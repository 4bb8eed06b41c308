using System.Globalization;
using Pile.Format;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>Finds the part of the sky where a dataset has rows.</summary>
internal static class DatasetCoverage
{
    /// <summary>The order of a coverage without a stated one: cells of 3.4 arcminutes, those of the sky area of a manifest.</summary>
    internal const int DefaultOrder = Manifest.SkyAreaOrder;

    /// <summary>Returns whether the rows of a dataset have positions on the sky.</summary>
    internal static bool IsPossible(Dataset dataset) =>
        dataset.Manifest is { Partition.Key.HasPositions: true, Frame: Manifest.Icrs };

    /// <summary>Returns the pixels that contain the position of a row, from the index.</summary>
    /// <param name="dataset">The dataset; a saved query covers its rows alone.</param>
    /// <param name="order">The HEALPix order of the pixels, 0 to 29.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="ArgumentException">The rows have no positions on the sky, or the order is not valid.</exception>
    /// <exception cref="DatasetInvalidException">A tile is missing or damaged.</exception>
    internal static async Task<Moc> OfAsync(Dataset dataset, int order, CancellationToken cancellationToken)
    {
        Healpix.CheckOrder(order);
        dataset.RequireSky("A coverage map", "Name a dataset with positions.");
        // Rows of a foreign catalogue may have no pixel, or one that another program computed.
        string pixel29 = dataset.Manifest.Foreign switch
        {
            null => ColumnNames.Healpix29,
            { KeySql: null } => "healpix(29, ra, dec)",
            _ => $"CASE WHEN {ColumnNames.Healpix29} >= 0 THEN {ColumnNames.Healpix29}::BIGINT ELSE healpix(29, ra, dec) END",
        };
        string select = string.Create(CultureInfo.InvariantCulture,
            $"SELECT DISTINCT ({pixel29}) >> {2 * (Healpix.MaxOrder - order)} AS pixel FROM d WHERE pixel IS NOT NULL ORDER BY pixel");
        SqlOptions limits = new() { Threads = dataset.Options.Threads, MemoryBytes = dataset.Options.QueryMemoryBytes };
        List<HealpixRange> ranges = [];
        await foreach (RowBatch batch in Sql.QueryAsync(new Dictionary<string, Dataset>(StringComparer.Ordinal) { ["d"] = dataset }, select,
            limits, cancellationToken).ConfigureAwait(false))
            foreach (long pixel in batch.Values<long>("pixel"))
                if (ranges.Count > 0 && ranges[^1].End == pixel)
                    ranges[^1] = new HealpixRange(ranges[^1].Start, pixel + 1);
                else
                    ranges.Add(new HealpixRange(pixel, pixel + 1));
        return Moc.Of(HealpixRanges.FromRanges(order, [.. ranges]));
    }
}
