using System.Numerics;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>A HEALPix map of the whole sky in a FITS table. The value at a position is that of its pixel, without interpolation.</summary>
internal sealed class HealpixMap : SkyMap
{
    private const double Unseen = -1.6375e30; // the value of pixels without data, by convention of the HEALPix library

    private readonly FitsFile file;
    private readonly FitsTable table;
    private readonly FitsColumn column;
    private readonly int order;
    private readonly bool isNested;
    private readonly FrameConversion fromIcrs;
    private readonly double[] values;
    private readonly double? bad;
    private long rowInMemory = -1;

    /// <param name="file">The open file, which the map disposes.</param>
    /// <param name="hdu">The table.</param>
    /// <param name="recipe">The column and the frame, if the recipe names them.</param>
    internal HealpixMap(FitsFile file, FitsHdu hdu, ExtinctionRecipe recipe)
    {
        (this.file, table) = (file, hdu.Table());
        FitsColumn[] numbers = [.. table.Columns.Where(c => !c.IsVariableLength && FitsValues.CanReadAs<double>(c.Type))];
        column = recipe.MapColumn is { } name ? Array.Find(numbers, c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw SchemaMismatchException.Unknown($"{file.Path}, HDU {hdu.Label}", name, numbers.Select(c => c.Name),
                    "Correct 'map_column' in the recipe")
            : numbers is [var only] ? only : throw Unlike(hdu,
                $"it has the columns {string.Join(", ", numbers.Select(c => c.Name))}", "Set 'map_column' in the recipe to one of them");
        long nside = table.Header.GetInt64("NSIDE") ?? 0;
        isNested = table.Header.GetText("ORDERING")?.Trim().ToUpperInvariant() switch
        {
            "RING" => false,
            "NESTED" or "NEST" => true,
            var other => throw Unlike(hdu, $"ORDERING should be RING or NESTED, found '{other}'", "Correct the header of the map"),
        };
        if (nside < 1 || !long.IsPow2(nside) || table.RowCount * column.Repeat != 12 * nside * nside)
            throw Unlike(hdu, $"a map of the whole sky with NSIDE = {nside} should have {12 * nside * nside} values, found "
                + $"{table.RowCount * column.Repeat}", "Use a map of the whole sky without explicit pixel numbers");
        (order, values) = (BitOperations.Log2((ulong)nside), new double[column.Repeat]);
        fromIcrs = FrameConversion.FromIcrs(recipe.Frame ?? FrameOf(hdu));
        bad = table.Header.GetFloat64("BAD_DATA");
    }

    /// <inheritdoc/>
    internal override double ValueAt(double raDeg, double decDeg)
    {
        (double longitude, double latitude) = fromIcrs.Convert(raDeg, decDeg);
        long pixel = Healpix.AngToPix(order, longitude, latitude);
        (long row, long element) = Math.DivRem(isNested ? pixel : Healpix.NestToRing(order, pixel), column.Repeat);
        if (row != rowInMemory)
        {
            table.Read<double>(column, row, 1, values);
            rowInMemory = row;
        }
        double value = values[element];
        return value == Unseen || (float)value == (float)Unseen || value == bad || (float)value == (float?)bad ? double.NaN : value;
    }

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();

    private SkyFrame FrameOf(FitsHdu hdu) => table.Header.GetText("COORDSYS")?.Trim().ToUpperInvariant() switch
    {
        // The first letter does not decide: that of EQUATORIAL is the code of ecliptic maps.
        "G" or "GAL" or "GALACTIC" => SkyFrame.Galactic,
        "C" or "Q" or "CEL" or "CELESTIAL" or "EQU" or "EQUATORIAL" or "FK5" => SkyFrame.Fk5,
        "E" or "ECL" or "ECLIPTIC" => SkyFrame.Ecliptic,
        "ICRS" => SkyFrame.Icrs,
        var other => throw Unlike(hdu, $"COORDSYS = '{other}' names no frame", "Set 'frame' of the map in the recipe"),
    };

    private SchemaMismatchException Unlike(FitsHdu hdu, string finding, string remedy) =>
        new($"{file.Path}, HDU {hdu.Label}", null, finding, remedy);
}
