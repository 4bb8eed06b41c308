using Pile.Format;

namespace Pile.Publishing;

/// <summary>The columns that layouts of spectra have in common.</summary>
internal static class SpectrumLayoutColumns
{
    /// <summary>Adds wavelength, flux, inverse variance and mask; true marks a bad element.</summary>
    internal static void Add(MmuTable table)
    {
        table.AddRequired("spectrum_lambda", "spectrum_flux", "spectrum_ivar");
        if (table.RequireMask("spectrum_mask") is { } mask)
            table.Add(new MaskColumn("spectrum_mask", mask, marksGood: false));
    }

    /// <summary>Adds the width of the line-spread function in pixels.</summary>
    /// <param name="table">The table.</param>
    /// <param name="pixelDex">The size of a pixel in log10 of the wavelength; 0 if pixels have the same size in wavelength.</param>
    internal static void AddLsf(MmuTable table, double pixelDex)
    {
        // Adopted files of this layout have the widths in pixels already.
        if (table.Manifest.Column("native_spectrum_lsf_sigma") is { DType: DType.Float32, Shape.Length: 1, Unit: "pix" } pixels)
        {
            table.Add(new StoredColumn("spectrum_lsf_sigma", pixels with { Padding = Padding.Edge }, isRequired: true));
            return;
        }
        if (table.Require("spectrum_lsf_sigma") is not { } sigma || table.Find("spectrum_lambda") is not { } lambda)
            return;
        if (sigma.DType != DType.Float32 || lambda.DType != DType.Float32)
            table.Reject(sigma, "the type float32");
        else
            table.Add(new LsfColumn(sigma, lambda, pixelDex));
    }
}
