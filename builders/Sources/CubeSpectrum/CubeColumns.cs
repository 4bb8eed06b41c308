using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>Creates the columns of spectra from cubes; their schemas are the same for all blocks.</summary>
internal sealed class CubeColumns
{
    private const string BandName = "white";

    private static readonly Modality Spectrum = Modality.Get("spectrum"), Image = Modality.Get("image");
    private static readonly ImmutableArray<int> Ragged = [ColumnSchema.Ragged];

    private readonly CubeRecipe recipe;
    private readonly CubeSet cubes;

    internal CubeColumns(CubeRecipe recipe, CubeSet cubes) => (this.recipe, this.cubes) = (recipe, cubes);

    private bool HasNoise => recipe.Companions.Ivar is not null;

    private string Unit => cubes.Unit.Sum;

    /// <summary>Returns the columns of some objects.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="lsfSigma">σ of the line-spread function for each channel of an object's cube; null if it differs between voxels or is
    /// unknown.</param>
    internal ImmutableArray<ColumnData> Of(IReadOnlyList<ObjectSpectrum> objects, IReadOnlyList<double[]?> lsfSigma)
    {
        int[] lengths = [.. objects.Select(o => o.Cube.WavelengthAngstrom.Length)];
        int total = lengths.Sum(), pixels = recipe.ImageSize * recipe.ImageSize, rows = objects.Count;
        float[] flux = new float[total], ivar = new float[HasNoise ? total : 0], lambda = new float[total],
            validFraction = new float[total], lsf = new float[recipe.Lsf is null ? 0 : total];
        bool[] isBad = new bool[total], isGood = new bool[rows * pixels];
        float[] white = new float[rows * pixels], whiteIvar = new float[HasNoise ? white.Length : 0];
        for (int row = 0, start = 0; row < rows; start += lengths[row], row++)
        {
            Range part = start..(start + lengths[row]), image = (row * pixels)..((row + 1) * pixels);
            objects[row].CopySpectrum(flux.AsSpan(part), HasNoise ? ivar.AsSpan(part) : [], isBad.AsSpan(part), validFraction.AsSpan(part));
            objects[row].CopyWhiteLight(white.AsSpan(image), HasNoise ? whiteIvar.AsSpan(image) : [], isGood.AsSpan(image));
            for (int i = 0; i < lengths[row]; i++)
                lambda[start + i] = (float)objects[row].Cube.WavelengthAngstrom[i];
            if (recipe.Lsf is not null)
                objects[row].CopyLsf(lsfSigma[row], lsf.AsSpan(part));
        }
        List<ColumnData> columns =
        [
            new ColumnData<float>(Spectrum.Find("spectrum_flux")!.With(DType.Float32, Ragged, Unit), flux, lengths),
            new ColumnData<float>(Spectrum.Find("spectrum_lambda")!.With(DType.Float32, Ragged), lambda, lengths),
            new ColumnData<bool>(Spectrum.Find("spectrum_mask")!.With(DType.Bool, Ragged), isBad, lengths),
            new ColumnData<float>(ValidFraction, validFraction, lengths),
            new ColumnData<float>(Pixels("image_array", DType.Float32, cubes.Unit.Spaxel) with { Bands = [Band], Description = WhiteLight },
                white),
            new ColumnData<bool>(Pixels("image_mask", DType.Bool, null), isGood),
            TextColumnData.From(PerBand("image_band", DType.String), [.. objects.Select(_ => BandName)]),
            TextColumnData.From(PerBand("image_wcs", DType.String), [.. objects.Select(o => o.WcsCards)]),
            .. PerObject(objects),
        ];
        if (HasNoise)
        {
            columns.Add(new ColumnData<float>(Spectrum.Find("spectrum_ivar")!.With(DType.Float32, Ragged, InverseSquareUnit.Of(Unit)),
                ivar, lengths));
            columns.Add(new ColumnData<float>(Pixels("image_ivar", DType.Float32, InverseSquareUnit.Of(cubes.Unit.Spaxel)), whiteIvar));
        }
        if (recipe.Lsf is not null)
            columns.Add(new ColumnData<float>(Spectrum.Find("spectrum_lsf_sigma")!.With(DType.Float32, Ragged), lsf, lengths));
        return [.. columns];
    }

    private IEnumerable<ColumnData> PerObject(IReadOnlyList<ObjectSpectrum> objects) =>
    [
        Numbers(objects, PerBand("image_scale", DType.Float32), o => [o.SpaxelSizeArcsec]),
        Numbers(objects, Image.Find("image_offset")!.With(DType.Float32, [1, 2]),
            o => [o.Across.Offset(o.At.X, recipe.ImageSize), o.Up.Offset(o.At.Y, recipe.ImageSize)]),
        Numbers(objects, PerBand("image_coverage", DType.Float32),
            o => [(double)o.Across.Count * o.Up.Count / (recipe.ImageSize * recipe.ImageSize)]),
        Numbers(objects, Own("white_light_range", DType.Float32, "Angstrom",
            "first and last wavelength of the white-light image") with { Shape = [2] },
            o => [o.Cube.WavelengthAngstrom[o.Cube.WhiteLight.First],
                o.Cube.WavelengthAngstrom[o.Cube.WhiteLight.First + o.Cube.WhiteLight.Count - 1]]),
        Numbers(objects, Own("aperture_radius_arcsec", DType.Float32, "arcsec",
            "radius of the circle on the sky over which the spectrum was summed: F = Σ w f, var = Σ w² var"), _ => [recipe.RadiusArcsec]),
        Numbers(objects, Own("aperture_valid_fraction", DType.Float32, "",
            "part of the aperture's weight in valid spaxels, the mean over all wavelengths"), o => [o.ValidFraction]),
        Numbers(objects, Own("spaxel_size", DType.Float32, "arcsec", "side of a square as large as a spaxel at the object"),
            o => [o.SpaxelSizeArcsec]),
        TextColumnData.From(Own("aperture_method", DType.String, null,
            "weight of a spaxel: 'exact' the part of it within the circle, 'centre' 1 where its centre lies within"),
            [.. objects.Select(_ => recipe.MethodWord)]),
        TextColumnData.From(Own("aperture_covariance", DType.String, null,
            "covariance of neighbouring spaxels: 'ignored', so that spectrum_ivar is too large; 'manga', errors times 1 + 1.62 log10 N for "
                + "N spaxels (Law et al. 2016, AJ 152, 83)"), [.. objects.Select(_ => recipe.CovarianceWord)]),
        TextColumnData.From(Own("cube_file", DType.String, null, "file that the spectrum was taken out of"),
            [.. objects.Select(o => Path.GetFileName(o.Cube.Path))]),
    ];

    private static ColumnData<float> Numbers(IReadOnlyList<ObjectSpectrum> objects, ColumnSchema schema,
        Func<ObjectSpectrum, double[]> of) =>
        new(schema, objects.SelectMany(of).Select(value => (float)value).ToArray());

    private static ColumnSchema ValidFraction => new()
    {
        Name = "spectrum_valid_fraction",
        DType = DType.Float32,
        Shape = Ragged,
        Storage = ColumnStorage.Heavy,
        Unit = "",
        Description = "part of the aperture's weight in valid spaxels; spectrum_mask is true where it is below 1",
    };

    private BandSchema Band => new()
    {
        Name = BandName,
        WavelengthAngstrom = cubes.WhiteLightRange is (var first, var last) ? (first + last) / 2 : null,
    };

    private string WhiteLight => recipe.ImageRangeAngstrom is (var first, var last)
        ? FormattableString.Invariant(
            $"white light: mean of the valid channels from {first} to {last} Å; the channels' own range is white_light_range")
        : "white light: mean of all valid channels; their range is white_light_range";

    private ColumnSchema Pixels(string name, DType type,
        string? unit) => Image.Find(name)!.With(type, [1, recipe.ImageSize, recipe.ImageSize], unit);

    private static ColumnSchema PerBand(string name, DType type) => Image.Find(name)!.With(type, [1]);

    private static ColumnSchema Own(string name, DType type, string? unit,
        string description) => new() { Name = name, DType = type, Unit = unit, Description = description };
}
