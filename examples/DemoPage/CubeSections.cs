using System.Globalization;
using Pile.Drawing;
using Pile.Reading;

namespace Pile.Examples.DemoPage;

/// <summary>The section of the page about spectra from cubes: image and spectrum of an object, side by side.</summary>
internal static class CubeSections
{
    internal static async Task AddMuseAsync(HtmlPage page, Dataset muse)
    {
        RowReader rows = await muse.OpenRowsAsync(muse.Query().OrderBy("object_id"));
        WavelengthMedium medium = muse.Manifest.SpectralMedium == "air" ? WavelengthMedium.Air : WavelengthMedium.Vacuum;
        page.AddHeading("Image and spectrum of the same object: MUSE");
        page.AddParagraph("A row has both, from one cube: the white-light image around the object and the sum over a circle of 0.6″, with "
            + "spaxels on the edge weighted by the fraction within the circle. MUSE's wavelengths are in air, as the manifest says, and so "
            + "are the labels: vacuum wavelengths would be two channels to the right of Hα. Of the UDF source these are the first 160 "
            + "channels, in which it shows no line; its redshift is left out and nothing is labelled.");
        page.AddCards(Enumerable.Range(0, rows.Count).SelectMany(row => Cards(muse, rows, row, medium)), 480);
    }

    private static HtmlCard[] Cards(Dataset muse, RowReader rows, int row, WavelengthMedium medium)
    {
        string name = rows.IdAt(row).ToString();
        double? z = rows.Column("z").IsNull(row) ? null : rows.Number(row, "z");
        ReadOnlySpan<float> range = rows.Read<float>(row, "white_light_range")!.Value.Values.Span;
        SpectrumArrays spectrum = new()
        {
            WavelengthAngstrom = Array.ConvertAll(rows.Read<float>(row, "spectrum_lambda")!.Value.Values.ToArray(),
                angstrom => (double)angstrom),
            Flux = rows.Read<float>(row, "spectrum_flux")!.Value.Values,
            Ivar = rows.Read<float>(row, "spectrum_ivar")!.Value.Values,
            Mask = rows.Read<bool>(row, "spectrum_mask")!.Value.Values,
            FluxUnit = "10⁻²⁰ erg s⁻¹ cm⁻² Å⁻¹",
            Medium = medium,
            Z = z,
        };
        return
        [
            new(new CutoutPanel(muse, rows, row).Gray($"{name}, white light", 540, "white"), Facts:
                [rows.Position(row), new("range", string.Create(CultureInfo.InvariantCulture, $"{range[0]:0.##} to {range[1]:0.##} Å")),
                    new("spaxel", $"{rows.Number(row, "spaxel_size"):0.00}″")]),
            new(SpectrumPlot.Draw(spectrum,
                new() { Title = $"{name}, {medium.ToString().ToLowerInvariant()} wavelengths", WidthPx = 640, HeightPx = 560 }), Facts:
            [
                new("aperture", $"{rows.Number(row, "aperture_radius_arcsec"):0.0}″, {rows.Word(row, "aperture_method")}"),
                new("valid", $"{100 * rows.Number(row, "aperture_valid_fraction"):0}%"),
                new("covariance", rows.Word(row, "aperture_covariance")),
                new("z", z is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{z:0.000}")),
            ]),
        ];
    }
}
