using System.Globalization;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>Reads the beams of a cube: one for each channel from the table BEAMS of CASA, or one for all from BMAJ and BMIN.</summary>
internal static class CubeBeams
{
    private const string TableName = "BEAMS", ManyBeams = "CASAMBM";

    // Beams of two polarizations that differ by less give the same float32.
    private const double SameBeam = 1e-7;

    /// <summary>Returns the solid angle of the beam of each channel, π·BMAJ·BMIN/(4 ln 2), arcsec²; NaN for a channel whose beam in the
    /// table is not above 0, as those of channels without data.</summary>
    /// <param name="file">The file of the cube.</param>
    /// <param name="cube">The header of the cube.</param>
    /// <param name="axes">The axes; channels are returned in the order in which they are read.</param>
    /// <param name="unit">The unit of the values, for messages.</param>
    /// <exception cref="PileException">A beam is missing or not unique.</exception>
    internal static double[] ReadArcsec2(FitsFile file, FitsHeader cube, CubeAxes axes, string unit)
    {
        FitsHeader primary = file.Hdu(0).Header;
        FitsHdu[] tables = [.. file.Hdus.Where(h => h.Kind is FitsHduKind.Table or FitsHduKind.AsciiTable
            && h.Name.Equals(TableName, StringComparison.OrdinalIgnoreCase))];
        if (tables.Length > 1)
            throw new FitsException(file.Path, null,
                $"HDUs {string.Join(", ", tables.Select(t => t.Index))} are {TableName} tables. Keep that of the cube in HDU {cube.Hdu}.");
        double[] areas = new double[axes.ChannelCount];
        if (tables is [var table])
        {
            ReadTable(file.Path, table, areas);
            if (axes.IsReversed)
                Array.Reverse(areas);
            return areas;
        }
        if ((cube.GetBool(ManyBeams) ?? primary.GetBool(ManyBeams)) is true)
            throw new FitsException(file.Path, cube.Hdu,
                $"{ManyBeams} = T means that each channel has its own beam, but the file has no table {TableName}. Add the table, or, if "
                    + $"all channels have the same beam, set BMAJ and BMIN and remove {ManyBeams}.");
        double major = (cube.GetFloat64("BMAJ") ?? primary.GetFloat64("BMAJ")) ?? double.NaN,
            minor = (cube.GetFloat64("BMIN") ?? primary.GetFloat64("BMIN")) ?? double.NaN;
        Array.Fill(areas, major > 0 && minor > 0 ? Area(major * 3600, minor * 3600)
            : throw new FitsException(file.Path, cube.Hdu,
                $"the unit '{unit}' is per beam, but the header has no BMAJ and BMIN, and the file has no table {TableName}. Add them, or "
                    + "leave this file out."));
        return areas;
    }

    private static double Area(double majorArcsec, double minorArcsec) => majorArcsec > 0 && minorArcsec > 0
        && double.IsFinite(majorArcsec * minorArcsec) ? Math.PI * majorArcsec * minorArcsec / (4 * Math.Log(2)) : double.NaN;

    /// <summary>Reads a row for each channel, or for each channel and polarization if the beams of all polarizations are equal.</summary>
    private static void ReadTable(string path, FitsHdu hdu, double[] areas)
    {
        FitsTable table = hdu.Table();
        double[] major = Arcseconds(path, hdu, table, "BMAJ"), minor = Arcseconds(path, hdu, table, "BMIN");
        long[] channels = new long[table.RowCount];
        if (table.TryColumn("CHAN", out FitsColumn? column))
        {
            if (column is { IsVariableLength: true } or not { Repeat: 1 } || !FitsValues.CanReadAs<long>(column.Type))
                throw Invalid(path, hdu, $"CHAN must be integers, found TFORM {column.Form}");
            table.Read<long>(column, 0, channels.Length, channels);
        }
        else if (channels.Length == areas.Length)
            channels = [.. Enumerable.Range(0, channels.Length).Select(i => (long)i)];
        else
            throw Invalid(path, hdu, $"without a column CHAN it must have a row for each of the {areas.Length} channels, found "
                + $"{channels.Length} rows");

        bool[] isKnown = new bool[areas.Length];
        for (int row = 0; row < channels.Length; row++)
        {
            if (channels[row] < 0 || channels[row] >= areas.Length)
                throw Invalid(path, hdu, $"row {row}: CHAN is {channels[row]}, but the channels of the cube are 0 to {areas.Length - 1}");
            int channel = (int)channels[row];
            double area = Area(major[row], minor[row]);
            bool isSame = area.Equals(areas[channel]) || Math.Abs(area - areas[channel]) <= SameBeam * area; // NaN equals NaN
            if (isKnown[channel] && !isSame)
                throw Invalid(path, hdu, string.Create(CultureInfo.InvariantCulture,
                    $"row {row}: channel {channel} has two beams, of {areas[channel]:G6} and {area:G6} arcsec2, but the cube has one "
                        + $"polarization; keep the rows whose POL is that of the cube"));
            (areas[channel], isKnown[channel]) = (area, true);
        }
        if (Array.IndexOf(isKnown, false) is >= 0 and var missing)
            throw Invalid(path, hdu, $"{isKnown.Count(k => !k)} of the {areas.Length} channels have no row, the first is CHAN {missing}");
    }

    private static double[] Arcseconds(string path, FitsHdu hdu, FitsTable table, string name)
    {
        if (!table.TryColumn(name, out FitsColumn? column))
            throw Invalid(path, hdu, $"it has no column {name}");
        if (column is { IsVariableLength: true } or not { Repeat: 1 } || !FitsValues.CanReadAs<double>(column.Type))
            throw Invalid(path, hdu, $"{name} must be numbers, found TFORM {column.Form}");
        string unit = column.Unit is { } declared && !string.IsNullOrWhiteSpace(declared) ? declared : "arcsec"; // as CASA writes them
        if (!FitsUnits.TryConvert(unit, "arcsec", out double factor))
            throw Invalid(path, hdu, $"the unit '{unit}' of {name} is not an angle");
        double[] values = new double[table.RowCount];
        table.Read<double>(column, 0, values.Length, values);
        return [.. values.Select(v => v * factor)];
    }

    private static FitsException Invalid(string path, FitsHdu hdu, string finding) =>
        new(path, hdu.Label, $"the table of the beams of the channels is not usable: {finding}. Correct it, or leave this file out.");
}
