namespace Pile.Publishing;

/// <summary>Spectra of DESI. Loader: <c>scripts/desi/desi.py</c>.</summary>
internal sealed class DesiLayout : MmuLayout
{
    internal override string Name => "desi";

    internal override string Modality => "spectrum";

    internal override MmuFolders Folders(MmuTable table) => MmuFolders.Of("dr1_main");

    internal override void Describe(MmuTable table)
    {
        SpectrumLayoutColumns.Add(table);
        SpectrumLayoutColumns.AddLsf(table, pixelDex: 0);
        table.AddRequiredAs("Z", "z");
        table.AddRequiredAs("ZERR", "z_err");
        table.AddRequired("ZWARN", "EBV", "FLUX_G", "FLUX_R", "FLUX_Z", "FLUX_IVAR_G", "FLUX_IVAR_R", "FLUX_IVAR_Z", "FIBERFLUX_G",
            "FIBERFLUX_R", "FIBERFLUX_Z", "FIBERTOTFLUX_G", "FIBERTOTFLUX_R", "FIBERTOTFLUX_Z");
    }
}
