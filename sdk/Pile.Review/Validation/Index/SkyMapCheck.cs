using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Review;

/// <summary>I001: the sky maps of the index count the rows of each pixel, at the order that the format defines (S5.8).</summary>
/// <remarks>Not checked if the index itself has findings: a comparison with it would only repeat them.</remarks>
internal static class SkyMapCheck
{
    private const string Map = "skymap.fits", Copy = "point_map.fits";
    private const int LowestOrder = 2, HighestOrder = 8;

    internal static void Check(DatasetUnderReview dataset, CancellationToken cancellationToken)
    {
        string index = DatasetPaths.Index(dataset.Manifest.Subset), path = $"{index}/{Map}";
        if (dataset.Tiles.IsEmpty || dataset.Log.HasErrors
            || !dataset.Files.Any(f => f.Path == path && dataset.IsComplete(f)) || !File.Exists(dataset.FullPath($"{index}/{Copy}")))
            return;
        byte[] bytes = File.ReadAllBytes(dataset.FullPath(path));
        if (!bytes.AsSpan().SequenceEqual(File.ReadAllBytes(dataset.FullPath($"{index}/{Copy}"))))
            dataset.Log.Error(FindingCodes.HatsInvalid, $"{index}/{Copy}", $"expected the same bytes as '{Map}', found others");
        int order = LowestOrder;
        while (order < HighestOrder && Healpix.PixelCount(order + 1) <= dataset.Manifest.Rows)
            order++;
        long[] found;
        try
        {
            found = HatsSkyMap.ReadPixels(dataset.FullPath(path));
        }
        catch (FormatException e)
        {
            dataset.Log.Error(FindingCodes.HatsInvalid, path, e.Message);
            return;
        }
        if (found.Length != Healpix.PixelCount(order))
        {
            dataset.Log.Error(FindingCodes.HatsInvalid, path, $"expected order {order} for {dataset.Manifest.Rows} rows, found "
                + $"{found.Length} pixels");
            return;
        }
        long[] expected = new long[found.Length];
        string[] tiles = [.. dataset.Tiles.Select(t => dataset.FullPath(t.File.Path))];
        dataset.Databases.UseAll(connection =>
        {
            using DuckDbResult rows = connection.Query($"SELECT {ColumnNames.Healpix29} >> {2 * (Healpix.MaxOrder - order)} AS pixel, "
                + $"count(*) FROM {ParquetSql.ReadAll(tiles)} GROUP BY pixel", cancellationToken: cancellationToken);
            while (rows.TryNextChunk(out DuckDbChunk? chunk))
                for (int i = 0; i < chunk.RowCount; i++)
                    expected[chunk.Values<long>(0)[i]] = chunk.Values<long>(1)[i];
        });
        int differs = expected.AsSpan().CommonPrefixLength(found);
        if (differs < expected.Length)
            dataset.Log.Error(FindingCodes.HatsInvalid, path, $"expected {expected[differs]} rows in the pixel {differs} of order {order}, "
                + $"found {found[differs]}");
    }
}
