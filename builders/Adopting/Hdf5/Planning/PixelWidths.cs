namespace Pile.Adopting;

/// <summary>The widths of line-spread functions in files of the Multimodal Universe, which are in pixels for SDSS and DESI.</summary>
/// <remarks>The files state no unit, and the modality defines Å. Taken for Å, an export in the same layout would convert them again.
/// </remarks>
internal static class PixelWidths
{
    internal const string Unit = "pix";

    private const string Column = "spectrum_lsf_sigma";

    // What the loaders of the Multimodal Universe require of these surveys, and others have not together.
    private static readonly (string Survey, string[] Columns)[] Layouts =
    [
        ("SDSS", ["spectrum_lambda", "SPECTROFLUX", "SPECTROFLUX_IVAR", "SPECTROSYNFLUX", "SPECTROSYNFLUX_IVAR", "VDISP", "ZWARNING"]),
        ("DESI", ["spectrum_lambda", "ZERR", "ZWARN", "EBV", "FLUX_IVAR_G", "FIBERFLUX_G", "FIBERTOTFLUX_G"]),
    ];

    /// <summary>Sets the unit of the widths, if the files have the columns of such a layout and state none.</summary>
    internal static void Declare(IReadOnlyDictionary<string, MergedColumn> columns, List<string> findings)
    {
        if (!columns.TryGetValue(Column, out MergedColumn? widths) || widths.Meaning.Unit is not null)
            return;
        foreach ((string survey, string[] names) in Layouts)
            if (names.All(columns.ContainsKey))
            {
                widths.Meaning.DeclareUnit(Unit);
                findings.Add($"the files have the columns of {survey} in the Multimodal Universe, where '{Column}' is in pixels");
                return;
            }
    }
}
