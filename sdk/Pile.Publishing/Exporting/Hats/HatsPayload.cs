using Pile.Format;

namespace Pile.Publishing;

/// <summary>The struct of a modality: its columns under the names that the Multimodal Universe uses in HATS.</summary>
internal static class HatsPayload
{
    private static readonly (string Member, string Column)[] OfImages = [("band", "image_band"), ("flux", "image_array"),
        ("ivar", "image_ivar"), ("mask", "image_mask"), ("psf_fwhm", "image_psf_fwhm"), ("scale", "image_scale")];

    private static readonly (string Member, string Column)[] OfSpectra = [("flux", "spectrum_flux"), ("ivar", "spectrum_ivar"),
        ("lsf_sigma", "spectrum_lsf_sigma"), ("lambda", "spectrum_lambda"), ("mask", "spectrum_mask")];

    private static readonly (string Member, string Column)[] OfCubes = [("flux", "cube_flux"), ("ivar", "cube_ivar"), ("mask", "cube_mask"),
        ("lsf_sigma", "cube_lsf_sigma"), ("lambda", "cube_lambda")];

    private static readonly string[] OfSamples = ["time", "flux", "flux_err", "mag", "mag_err", "quality", "mask"];

    /// <summary>Returns the name of the struct and its members; no members for a catalogue.</summary>
    /// <param name="manifest">The dataset.</param>
    /// <param name="used">Receives the columns that are in the struct.</param>
    internal static (string Name, List<(string Member, HatsColumn Column)> Members) Of(Manifest manifest, HashSet<string> used) =>
        manifest.Modality switch
        {
            "image" => ("image", Members(manifest, OfImages, used)),
            "spectrum" => ("spectrum", Members(manifest, OfSpectra, used)),
            "cube" => ("cube", Members(manifest, OfCubes, used)),
            "time-series" => ("lightcurve", Samples(manifest, used)),
            _ => ("", []),
        };

    private static List<(string Member, HatsColumn Column)> Members(Manifest manifest, (string Member, string Column)[] names,
        HashSet<string> used)
    {
        List<(string Member, HatsColumn Column)> members = [];
        foreach ((string member, string name) in names)
            if (manifest.Column(name) is { } column && used.Add(name))
                members.Add((member, HatsColumn.Of(column)));
        return members;
    }

    private static List<(string Member, HatsColumn Column)> Samples(Manifest manifest, HashSet<string> used)
    {
        if (manifest.Column("lightcurve_band") is not { } band || manifest.Column("lightcurve_time") is not { Shape.Length: 2 } time)
            return [];
        ColumnSchema? length = manifest.Column("lightcurve_length");
        LightCurveSamples samples = new(band, length, time);
        used.UnionWith(["lightcurve_band", "lightcurve_length"]);
        List<(string Member, HatsColumn Column)> members = [("band", samples.Bands)];
        foreach (string member in OfSamples)
            if (manifest.Column($"lightcurve_{member}") is { Shape.Length: 2 } column && used.Add(column.Name))
                members.Add((member, samples.Quantity(column)));
        return members;
    }
}
