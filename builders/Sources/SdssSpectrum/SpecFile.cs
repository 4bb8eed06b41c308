using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SdssSpectrum;

/// <summary>An open SDSS spectrum file: COADD has the spectrum, SPECOBJ or SPALL the row of the catalogue.</summary>
internal sealed class SpecFile : IDisposable
{
    private const string Remedy = "Leave out this file, or download it again from data.sdss.org";
    private const string FluxUnit = "1E-17 erg/cm^2/s/Ang";
    private const double SecondsPerDay = 86400;

    private readonly FitsFile file;

    private SpecFile(FitsFile file) => (this.file, Primary) = (file, file.Hdu(0).Header);

    internal string Path => file.Path;

    /// <summary>The primary header.</summary>
    internal FitsHeader Primary { get; }

    /// <summary>The spectrum: one row per wavelength.</summary>
    internal required FitsTable Coadd { get; init; }

    /// <summary>The row of the catalogue: SPECOBJ (SDSS) or SPALL (BOSS, eBOSS).</summary>
    internal required FitsTable Catalogue { get; init; }

    /// <summary>The name of the HDU of <see cref="Catalogue"/>.</summary>
    internal required string CatalogueName { get; init; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="FitsException">The file is not a FITS file, or is truncated.</exception>
    /// <exception cref="SchemaMismatchException">The file is not an SDSS spectrum, or differs from the format of SDSS.</exception>
    internal static SpecFile Open(string path)
    {
        FitsFile opened = FitsFile.OpenRead(path);
        try
        {
            if (!opened.TryHdu("COADD", out FitsHdu? coadd))
                throw Unlike(path, null, $"there is no HDU 'COADD', so this is not an SDSS spectrum. {opened.Contents().TrimEnd('.')}");
            if (!opened.TryHdu("SPECOBJ", out FitsHdu? catalogue) && !opened.TryHdu("SPALL", out catalogue))
                throw Unlike(path, null,
                    $"there is no HDU 'SPECOBJ' or 'SPALL', so this is not an SDSS spectrum. {opened.Contents().TrimEnd('.')}");
            SpecFile spec = new(opened) { Coadd = coadd.Table(), Catalogue = catalogue.Table(), CatalogueName = catalogue.Name };
            spec.Check();
            return spec;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Returns start and end of the observation as MJD in TAI; null if the file does not contain them.</summary>
    /// <remarks>BOSS has TAI-BEG and TAI-END (seconds since MJD 0) in the HDU of every exposure, SDSS one TAI in the primary
    /// header.</remarks>
    internal (double? Start, double? End) ExposureMjd()
    {
        double? start = file.Hdus.Min(h => h.Header.GetFloat64("TAI-BEG")) ?? Primary.GetFloat64("TAI");
        double? end = file.Hdus.Max(h => h.Header.GetFloat64("TAI-END"));
        return (start / SecondsPerDay, end / SecondsPerDay);
    }

    /// <summary>Reads a whole column of COADD.</summary>
    /// <exception cref="FitsException">There is no such column.</exception>
    /// <exception cref="SchemaMismatchException">The column does not have one such number per row.</exception>
    internal T[] ReadCoadd<T>(string name) where T : unmanaged
    {
        FitsColumn column = Coadd.Column(name);
        if (column.Repeat != 1 || !FitsValues.CanReadAs<T>(column.Type))
            throw Unlike(Path, $"COADD.{name}", $"expected one {DTypes.Of<T>().Name()} per row, found TFORM {column.Form}");
        T[] values = new T[Coadd.RowCount];
        Coadd.Read<T>(column, 0, values.Length, values);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    internal static SchemaMismatchException Unlike(string path, string? column, string finding) => new(path, column, finding, Remedy);

    private void Check()
    {
        if (Catalogue.RowCount != 1)
            throw Unlike(Path, null, $"HDU '{CatalogueName}' should hold one row, found {Catalogue.RowCount}");
        if (Coadd.RowCount is 0 or > int.MaxValue)
            throw Unlike(Path, null, $"HDU 'COADD' has {Coadd.RowCount} rows, expected 1 to {int.MaxValue}");
        if (Primary.GetBool("VACUUM") is not true)
            throw Unlike(Path, null, $"expected VACUUM = T in the primary header, found {Primary.GetText("VACUUM") ?? "no such keyword"}");
        if (Primary.GetText("BUNIT") is { } unit && unit != FluxUnit)
            throw Unlike(Path, "COADD.flux", $"BUNIT should be '{FluxUnit}', found '{unit}'");
    }
}
