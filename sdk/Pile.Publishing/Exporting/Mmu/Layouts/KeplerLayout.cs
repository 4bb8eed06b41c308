namespace Pile.Publishing;

/// <summary>Light curves of Kepler, long cadence. Loader: <c>scripts/kepler/kepler.py</c>.</summary>
internal sealed class KeplerLayout : MmuLayout
{
    internal override string Name => "kepler";

    internal override string Modality => "time-series";

    internal override MmuFolders Folders(MmuTable table) => MmuFolders.Of("data");

    internal override void Describe(MmuTable table)
    {
        LightCurveLayoutColumns.Add(table, "time", "lightcurve_time");
        LightCurveLayoutColumns.Add(table, "pdcsap_flux", "lightcurve_pdcsap_flux", "lightcurve_flux");
        LightCurveLayoutColumns.Add(table, "pdcsap_flux_err", "lightcurve_pdcsap_flux_err", "lightcurve_flux_err");
        LightCurveLayoutColumns.AddOrNaN(table, "sap_flux", "lightcurve_sap_flux");
        LightCurveLayoutColumns.AddOrNaN(table, "sap_flux_err", "lightcurve_sap_flux_err");
    }
}
