using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Review;

/// <summary>I007: <c>coverage.fits</c> is the space-time coverage of the index.</summary>
/// <remarks>Not checked if the index itself has findings: a comparison with it would only repeat them.</remarks>
internal static class CoverageCheck
{
    internal static void Check(DatasetUnderReview dataset, CancellationToken cancellationToken)
    {
        string path = DatasetPaths.Coverage(dataset.Manifest.Subset);
        if (dataset.Tiles.IsEmpty || dataset.Log.HasErrors || dataset.Files.FirstOrDefault(f => f.Path == path) is not { } file
            || !dataset.IsComplete(file))
            return;
        using IDisposable? copy = dataset.Remote?.Hold(dataset, file, cancellationToken);
        string[] tiles = [.. dataset.Tiles.Select(t => dataset.FullPath(t.File.Path))];
        bool isOnSky = dataset.Manifest.Partition.Frame == PositionFrame.Icrs;
        SpaceTimeMoc? expected = SpaceTimeScan.Columns(dataset.Manifest.Columns, isOnSky) is { } columns
            ? dataset.Databases.Use(connection => SpaceTimeScan.Of(connection, tiles, columns, dataset.Manifest.Time?.Scale,
                cancellationToken)) : null;
        byte[] found = File.ReadAllBytes(dataset.FullPath(path));
        if (expected is null)
            dataset.Log.Error(FindingCodes.SortedRowsMismatch, path, "expected no file, because rows have no times on the sky");
        else if (!SpaceTimeFits.ToBytes(expected).AsSpan().SequenceEqual(found))
            dataset.Log.Error(FindingCodes.SortedRowsMismatch, path, "expected the coverage of the positions and times of the index, found "
                + Describe(found));
    }

    private static string Describe(byte[] found)
    {
        try
        {
            SpaceTimeMoc map = SpaceTimeFits.Read(found);
            return $"one of orders {map.TimeOrder} and {map.SpaceOrder} with {map.Elements.Length} elements";
        }
        catch (FormatException e)
        {
            return $"another file: {e.Message}";
        }
    }
}
