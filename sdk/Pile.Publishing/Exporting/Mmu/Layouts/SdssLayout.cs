using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>Spectra of SDSS, SEGUE, BOSS and eBOSS. Loader: <c>scripts/sdss/sdss.py</c>.</summary>
internal sealed class SdssLayout : MmuLayout
{
    /// <summary>The size of a pixel of coadded spectra in log10 of the wavelength.</summary>
    private const double PixelDex = 1e-4;

    private static readonly ImmutableArray<string> Surveys = ["sdss", "segue1", "segue2", "boss", "eboss"];

    internal override string Name => "sdss";

    internal override string Modality => "spectrum";

    internal override ImmutableArray<string> Words => Surveys;

    internal override MmuFolders Folders(MmuTable table)
    {
        string fallback = MmuLayouts.WordsOf(table.Manifest.Provenance.Survey).FirstOrDefault(word => Surveys.Contains(word)) ?? Surveys[0];
        return table.Manifest.Column("SURVEY") is { IsScalar: true } survey
            ? new MmuFolders(survey, value => value.Length == 0 ? fallback
                : Surveys.FirstOrDefault(s => s.Equals(value, StringComparison.OrdinalIgnoreCase)))
            : MmuFolders.Of(fallback);
    }

    internal override void Describe(MmuTable table)
    {
        SpectrumLayoutColumns.Add(table);
        // The survey's own widths are in pixels; 0 is unknown.
        if (table.Manifest.Column("wdisp") is { DType: DType.Float32, Shape.Length: 1 } wdisp)
            table.Add(new StoredColumn("spectrum_lsf_sigma", wdisp with { Padding = Padding.Edge }, isRequired: true));
        else
            SpectrumLayoutColumns.AddLsf(table, PixelDex);
        table.AddRequired("VDISP", "VDISP_ERR");
        table.AddRequiredAs("Z", "z");
        table.AddRequiredAs("Z_ERR", "z_err");
        table.AddRequired("ZWARNING");
        foreach (string name in (ReadOnlySpan<string>)["SPECTROFLUX", "SPECTROFLUX_IVAR", "SPECTROSYNFLUX", "SPECTROSYNFLUX_IVAR"])
            table.RequireShape(table.AddRequiredAs(name), 5);
    }
}
