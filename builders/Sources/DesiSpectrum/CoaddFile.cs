using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>An open coadd file: FIBERMAP and SCORES have a row per target, and each arm has images with a line per target.</summary>
internal sealed class CoaddFile : IDisposable
{
    internal const string TargetId = "TARGETID";
    private const string Remedy = "Leave out this file, or download it again from data.desi.lbl.gov";

    private static readonly string[] ArmImages = ["WAVELENGTH", "FLUX", "IVAR", "MASK", "RESOLUTION"];

    private readonly FitsFile file;
    private readonly FitsTable? scores;

    private CoaddFile(FitsFile file)
    {
        this.file = file;
        if (Has("REDSHIFTS") && !JoinedGrid.AllArms.Any(HasArm))
            throw Unlike("it has the HDU 'REDSHIFTS' and no spectra, so this is a file of redshifts, not of coadds",
                "List coadd-*.fits files only; the redshifts beside them are found by name");
        FiberMap = Require("FIBERMAP").Table();
        if (FiberMap.TryColumn("EXPID", out _))
            throw Unlike("FIBERMAP has the column EXPID, so this file has the spectra of single exposures, not coadds",
                "List coadd-*.fits files instead of spectra-*.fits files");
        Exposures = Require("EXP_FIBERMAP").Table();
        scores = file.TryHdu("SCORES", out FitsHdu? found) ? found.Table() : null;
        if (scores is not null && scores.RowCount != RowCount)
            throw Unlike($"FIBERMAP has {RowCount} rows, SCORES {scores.RowCount}");
        if (RowCount > 0)
            RequireSameTargets();
    }

    internal string Path => file.Path;

    /// <summary>The name of the group of targets, for example <c>sv3-dark-26065</c> or <c>4-80613-thru20210324</c>.</summary>
    internal string GroupName => System.IO.Path.GetFileName(Path).Replace("coadd-", "", StringComparison.Ordinal).Split('.')[0];

    /// <summary>The number of targets.</summary>
    internal long RowCount => FiberMap.RowCount;

    /// <summary>One row per target.</summary>
    internal FitsTable FiberMap { get; }

    /// <summary>One row per target and exposure.</summary>
    internal FitsTable Exposures { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="FitsException">The file is not a FITS file, or is truncated.</exception>
    /// <exception cref="SchemaMismatchException">The file is not a coadd of DESI.</exception>
    internal static CoaddFile Open(string path)
    {
        FitsFile opened = FitsFile.OpenRead(path);
        try
        {
            return new CoaddFile(opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Returns an image of an arm.</summary>
    /// <exception cref="SchemaMismatchException">There is no such image, or it has other axes.</exception>
    internal FitsImage Image(string name, params ReadOnlySpan<long> axes)
    {
        FitsImage image = Require(name).Image();
        return image.Axes.SequenceEqual(axes.ToArray()) ? image
            : throw Unlike($"HDU '{name}' should have the axes [{string.Join(", ", axes.ToArray())}], "
                + $"found [{string.Join(", ", image.Axes)}] (NAXIS1 first)");
    }

    /// <summary>Returns whether the file has an image.</summary>
    internal bool Has(string name) => file.TryHdu(name, out _);

    /// <summary>Returns the image of an arm with any axes.</summary>
    internal FitsImage AnyImage(string name) => Require(name).Image();

    /// <summary>Returns whether the file has an arm, or at least one of its images.</summary>
    internal bool HasArm(string letter) => Array.Exists(ArmImages, name => Has($"{letter}_{name}"));

    /// <summary>Reads the native columns of targets: all of FIBERMAP and SCORES.</summary>
    internal IEnumerable<ColumnData> Native(long first, int rows)
    {
        foreach (FitsColumn column in FiberMap.Columns)
            yield return FitsNative.Read(Path, FiberMap, column, column.Name, first, rows);
        foreach (FitsColumn column in scores?.Columns ?? [])
            if (!FiberMap.TryColumn(column.Name, out _))
                yield return FitsNative.Read(Path, scores!, column, column.Name, first, rows);
    }

    internal SchemaMismatchException Unlike(string finding, string? remedy = null) => new(Path, null, finding, remedy ?? Remedy);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private FitsHdu Require(string name) => file.TryHdu(name, out FitsHdu? hdu) ? hdu
        : throw Unlike($"there is no HDU '{name}', so this is not a coadd of DESI. {file.Contents().TrimEnd('.')}",
            "List coadd-*.fits files only, or download this one again from data.desi.lbl.gov");

    private void RequireSameTargets()
    {
        if (scores is null || !scores.TryColumn(TargetId, out FitsColumn? ofScores))
            return;
        long[] a = new long[RowCount], b = new long[RowCount];
        FiberMap.Read<long>(FiberMap.Column(TargetId), 0, a.Length, a);
        scores.Read<long>(ofScores, 0, b.Length, b);
        int row = a.AsSpan().CommonPrefixLength(b);
        if (row < a.Length)
            throw Unlike($"row {row} is target {a[row]} in FIBERMAP, but {b[row]} in SCORES");
    }
}
