using Pile.Format;

namespace Pile.Publishing;

/// <summary>Sources of Gaia with the coefficients of their spectra. Loader: <c>scripts/gaia/gaia.py</c>.</summary>
internal sealed class GaiaLayout : MmuLayout
{
    private const int Coefficients = 110;

    internal override string Name => "gaia";

    internal override string Modality => "catalogue";

    internal override MmuFolders Folders(MmuTable table) => MmuFolders.Of("gaia");

    internal override void Describe(MmuTable table)
    {
        if (table.AddRequiredAs("source_id", MmuTable.Id) is { DType: not DType.Int64 } id)
            table.Reject(id, "the type int64");
        table.RequireShape(table.AddRequiredAs("coeff"), Coefficients);
        table.RequireShape(table.AddRequiredAs("coeff_error"), Coefficients);
        foreach (string band in (ReadOnlySpan<string>)["g", "bp", "rp"])
            table.AddRequired($"phot_{band}_mean_mag", $"phot_{band}_mean_flux", $"phot_{band}_mean_flux_error");
        table.AddRequired("phot_bp_rp_excess_factor", "bp_rp", "bp_g", "g_rp");
        table.AddRequired("ra_error", "dec_error", "parallax", "parallax_error", "pmra", "pmra_error", "pmdec", "pmdec_error",
            "ra_dec_corr", "ra_parallax_corr", "ra_pmra_corr", "ra_pmdec_corr", "dec_parallax_corr", "dec_pmra_corr", "dec_pmdec_corr",
            "parallax_pmra_corr", "parallax_pmdec_corr", "pmra_pmdec_corr");
        table.AddRequired("radial_velocity", "radial_velocity_error", "rv_template_fe_h", "rv_template_logg", "rv_template_teff");
        foreach (string quantity in (ReadOnlySpan<string>)["ag", "azero", "distance", "ebpminrp", "logg", "mh", "teff"])
            table.AddRequired($"{quantity}_gspphot", $"{quantity}_gspphot_lower", $"{quantity}_gspphot_upper");
        table.AddRequired("ruwe", "ecl_lat", "ecl_lon", "nu_eff_used_in_astrometry", "pseudocolour", "astrometric_params_solved",
            "grvs_mag");
    }
}
