using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Earth;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>G001: footprints are valid, and their boxes, positions and radii agree with them.</summary>
internal sealed class TileFootprints(DatasetUnderReview dataset, IndexTile tile) : TileRowCheck(dataset, tile)
{
    // Other programs compute with other rounding; 10⁻⁶ degrees are about 0.1 m.
    private const double ToleranceDeg = 1e-6;

    private readonly bool hasBox = Has(dataset, "bbox"), hasRadius = Has(dataset, "footprint_radius");

    internal override ImmutableArray<string> Columns =>
        ["lon", "lat", "geometry", .. hasBox ? (string[])["bbox"] : [], .. hasRadius ? (string[])["footprint_radius"] : []];

    /// <summary>Returns whether a dataset has footprints.</summary>
    internal static bool IsFor(DatasetUnderReview dataset) => dataset.Manifest.Frame == Manifest.Wgs84 && Has(dataset, "geometry");

    internal override void Check(TileChunk rows)
    {
        DuckDbVector geometry = rows["geometry"];
        ReadOnlySpan<double> lon = rows["lon"].Values<double>(), lat = rows["lat"].Values<double>();
        for (int i = 0; i < rows.RowCount; i++)
            if (geometry.IsValid(i))
                CheckRow(rows, i, geometry.Blob(i), lon[i], lat[i]);
    }

    private void CheckRow(TileChunk rows, int i, ReadOnlySpan<byte> wkb, double lonDeg, double latDeg)
    {
        FootprintMeasures found;
        try
        {
            found = FootprintMeasures.Of(wkb);
        }
        catch (FormatException e)
        {
            Found(FindingCodes.FootprintMismatch, rows.RowAt(i), "geometry", $"expected a valid footprint, found: {e.Message}");
            return;
        }
        if (hasBox && rows["bbox"] is var boxes && boxes.IsValid(i))
        {
            ReadOnlySpan<double> box = boxes.Values<DuckDbListEntry>()[i].Of(boxes.Child.Values<double>());
            double[] expected = [found.Bounds.West, found.Bounds.South, found.Bounds.East, found.Bounds.North];
            for (int side = 0; side < expected.Length && box.Length == expected.Length; side++)
                if (!(Math.Abs(Math.IEEERemainder(box[side] - expected[side], 360)) <= ToleranceDeg))
                {
                    Found(FindingCodes.FootprintMismatch, rows.RowAt(i), "bbox", $"expected [{string.Join(", ", expected)}], found "
                        + $"[{string.Join(", ", box.ToArray())}]");
                    break;
                }
        }
        if (hasRadius && rows["footprint_radius"] is var radii && radii.IsValid(i))
            CheckRadius(rows.RowAt(i), radii.Values<double>()[i], SphericalRadius.Deg(Sky.UnitVector.FromRaDec(lonDeg, latDeg), wkb));
    }

    private void CheckRadius(long row, double foundDeg, double leastDeg)
    {
        if (!(foundDeg >= leastDeg - ToleranceDeg))
            Found(FindingCodes.FootprintMismatch, row, "footprint_radius", $"expected at least {leastDeg}, found {foundDeg}");
        else if (!(foundDeg <= Dataset.Manifest.FootprintRadiusMaxDeg))
            Found(FindingCodes.FootprintMismatch, row, "footprint_radius", "expected at most 'footprint_radius_max_deg' of the manifest, "
                + $"{Dataset.Manifest.FootprintRadiusMaxDeg?.ToString(CultureInfo.InvariantCulture) ?? "which is missing"}, found "
                + $"{foundDeg}");
    }

    private static bool Has(DatasetUnderReview dataset, string name) =>
        dataset.Manifest.Column(name) is { Role: ColumnRole.Standard, Storage: ColumnStorage.Light };
}
