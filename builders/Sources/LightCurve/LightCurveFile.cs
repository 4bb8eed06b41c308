using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>An open light-curve file of Kepler, K2 or TESS: the primary header describes the target, HDU LIGHTCURVE has the
/// samples.</summary>
internal sealed class LightCurveFile : IDisposable
{
    private const string Remedy = "Leave out this file, or download it again from MAST";
    private const double ZeroMjdTolerance = 1e-8; // days
    private readonly FitsFile file;

    private LightCurveFile(FitsFile file, FitsTable samples) => (this.file, Samples, Primary) = (file, samples, file.Hdu(0).Header);

    internal string Path => file.Path;

    internal FitsHeader Primary { get; }

    internal FitsTable Samples { get; }

    /// <summary>The axis of TIME: days since BJDREFI + BJDREFF, at the barycentre of the solar system.</summary>
    /// <remarks>These archives write TIMEREF = 'SOLARSYSTEM' for the barycentre; FITS 4.0 later defined TREFPOS for it.</remarks>
    internal TimeAxis Time => new(Required("TIMESYS"), "BARYCENTER", Number("BJDREFI") + Number("BJDREFF") - TimeWords.JdOfMjdZero);

    /// <summary>The name of the file without extensions, unique for target, quarter or sector, and cadence.</summary>
    internal string Name
    {
        get
        {
            string name = System.IO.Path.GetFileName(Path);
            foreach (string ending in (string[])[".gz", ".fits", ".fit"])
                name = name.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? name[..^ending.Length] : name;
            return name;
        }
    }

    /// <summary>The target's number in the input catalogue (KEPLERID or TICID).</summary>
    /// <exception cref="SchemaMismatchException">The header has neither keyword.</exception>
    internal long TargetId => Primary.GetInt64("KEPLERID")
        ?? Primary.GetInt64("TICID") ?? throw Unlike("KEPLERID", "the primary header has neither KEPLERID nor TICID");

    /// <summary>Opens a file.</summary>
    /// <exception cref="FitsException">The file is not a FITS file, or is truncated.</exception>
    /// <exception cref="SchemaMismatchException">The file is not a light curve of these missions, or differs from their format.</exception>
    internal static LightCurveFile Open(string path)
    {
        FitsFile opened = FitsFile.OpenRead(path);
        try
        {
            // Target pixel files have the same columns but images in them.
            if (!opened.TryHdu("LIGHTCURVE", out FitsHdu? hdu))
                throw new SchemaMismatchException(path, null,
                    $"there is no HDU 'LIGHTCURVE', so this is not a light curve of Kepler, K2 or TESS. {opened.Contents().TrimEnd('.')}",
                    "Leave out this file, or read its table with the builder lightcurve-table");
            LightCurveFile curve = new(opened, hdu.Table());
            curve.Check();
            return curve;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The target's position, ICRS.</summary>
    /// <exception cref="ValueInvalidException">The position is missing or out of range.</exception>
    internal (double RaDeg, double DecDeg) Position() => (Degrees("RA_OBJ", 0, 360) % 360, Degrees("DEC_OBJ", -90, 90));

    /// <summary>Reads a column.</summary>
    /// <exception cref="FitsException">There is no such column.</exception>
    /// <exception cref="SchemaMismatchException">The column does not have one such number per row.</exception>
    internal T[] Read<T>(FitsColumn column) where T : unmanaged
    {
        if (column.Repeat != 1 || !FitsValues.CanReadAs<T>(column.Type))
            throw Unlike(column.Name, $"expected one {DTypes.Of<T>().Name()} per row, found TFORM {column.Form}");
        T[] values = new T[Samples.RowCount];
        Samples.Read<T>(column, 0, values.Length, values);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    internal SchemaMismatchException Unlike(string? column, string finding) => new(Path, column, finding, Remedy);

    private void Check()
    {
        if (Samples.RowCount is 0 or > int.MaxValue)
            throw Unlike(null, $"HDU 'LIGHTCURVE' has {Samples.RowCount} rows, expected 1 to {int.MaxValue}");
        if (Primary.GetText("RADESYS")?.Trim() is { Length: > 0 } frame && frame != "ICRS")
            throw Unlike("RADESYS", $"the target's position should be ICRS, found '{frame}'");
        if (Samples.Header.GetText("TIMEUNIT")?.Trim() is { Length: > 0 } unit && unit != "d")
            throw Unlike("TIMEUNIT", $"times should be in days, found '{unit}'");
        CheckUnit(Samples.Column("TIME").Unit);
        if (Samples.Header.GetText("TIMEREF")?.Trim() is { Length: > 0 } reference && reference != "SOLARSYSTEM")
            throw Unlike("TIMEREF", $"times should be at the barycentre of the solar system ('SOLARSYSTEM'), found '{reference}'");
    }

    // The unit of the column mostly has the zero point, too: "BJD - 2457000, days".
    private void CheckUnit(string? unit)
    {
        if (TimeUnits.DaysPer(Path, "TIME", unit, Remedy) != 1)
            throw Unlike("TIME", $"times should be in days, found '{unit}'");
        if (NamedZero.Of(unit) is { Kind: NamedZero.Meaning.Known, ZeroMjd: { } zero } && Math.Abs(zero - Time.ZeroMjd) > ZeroMjdTolerance)
            throw Unlike("TIME", string.Create(CultureInfo.InvariantCulture, $"by its unit '{unit}', time 0 is JD "
                + $"{zero + TimeWords.JdOfMjdZero:R}, but by BJDREFI and BJDREFF, JD {Time.ZeroMjd + TimeWords.JdOfMjdZero:R}"));
    }

    private string Required(string keyword) => Samples.Header.GetText(keyword)?.Trim() is { Length: > 0 } text ? text
        : throw Unlike(keyword, "the keyword is missing in the header of 'LIGHTCURVE'");

    private double Number(string keyword) => Samples.Header.GetFloat64(keyword)
        ?? throw Unlike(keyword, "the keyword is missing in the header of 'LIGHTCURVE'");

    private double Degrees(string keyword, double least,
        double most) => Primary.GetFloat64(keyword) is { } degrees && degrees >= least && degrees <= most ? degrees
        : throw new ValueInvalidException($"{Path}, HDU 0", 0, keyword,
            Primary.GetFloat64(keyword)?.ToString("R", CultureInfo.InvariantCulture) ?? "a missing value",
            $"an angle of {least} to {most} degrees", Remedy);
}
