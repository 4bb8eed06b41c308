using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Creates the columns of images; their schemas are the same for all blocks of rows of one shape.</summary>
internal sealed class ImageColumns
{
    private static readonly Modality Image = Modality.Get("image");

    private readonly IReadOnlyList<BandRecipe> bands;
    private readonly bool hasPsf, hasZeroPointOfFrame;
    private readonly ColumnSchema array, ivar, mask, dq, noise;

    /// <param name="bands">The bands.</param>
    /// <param name="units">The unit of each band; null if unknown.</param>
    /// <param name="areBandsOfDataset">Whether all rows of the dataset have these bands.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    internal ImageColumns(IReadOnlyList<BandRecipe> bands, string?[] units, bool areBandsOfDataset, int height, int width)
    {
        this.bands = bands;
        hasPsf = bands.Any(b => b.PsfFwhm is not null);
        hasZeroPointOfFrame = bands.Any(b => b.ZeroPointMag is { } zero && (zero.Keyword is not null || !areBandsOfDataset));
        ImmutableArray<int> shape = [bands.Count, height, width];
        string?[] ivarUnits = [.. units.Select(u => u is null ? null : InverseSquareUnit.Of(u))];
        bool isOneUnit = units.All(u => u == units[0]);
        array = Pixels("image_array", DType.Float32, units[0]) with
        {
            Bands = Each((b, i) => new()
            {
                Name = b.Name,
                Unit = isOneUnit ? null : units[i],
                WavelengthAngstrom = b.WavelengthAngstrom,
                ZeroPointMag = b.ZeroPointMag?.Value,
            }),
        };
        ivar = Pixels("image_ivar", DType.Float32, ivarUnits[0]) with { Bands = Each(UnitOf(ivarUnits)) };
        noise = PerBand("image_noise_std", DType.Float32) with
        {
            Unit = isOneUnit ? units[0] : null,
            Bands = isOneUnit ? [] : Each(UnitOf(units)),
        };
        mask = Pixels("image_mask", DType.Bool, null);
        dq = Pixels("image_dq", DType.Int32, null) with
        {
            Bands = Each((b, _) => new() { Name = b.Name, MaskBits = b.MaskBits }),
            MaskBits = areBandsOfDataset ? null : bands[0].MaskBits,
        };

        ColumnSchema Pixels(string name, DType type, string? unit) => Image.Find(name)!.With(type, shape, isOneUnit ? unit : null);

        ImmutableArray<BandSchema> Each(Func<BandRecipe, int, BandSchema> of) => areBandsOfDataset ? [.. bands.Select(of)] : [];

        Func<BandRecipe, int, BandSchema> UnitOf(string?[] each) =>
            (b, i) => new() { Name = b.Name, Unit = isOneUnit ? null : each[i] };
    }

    /// <summary>Returns the columns of some rows.</summary>
    internal IEnumerable<ColumnData> Of(int rowCount, ImagePlanes planes)
    {
        planes.ClearOthers();
        yield return new ColumnData<float>(array, planes.Flux);
        yield return new ColumnData<bool>(mask, planes.IsGood);
        yield return TextColumnData.From(PerBand("image_band", DType.String),
            [.. Enumerable.Range(0, rowCount).SelectMany(_ => bands.Select(b => b.Name))]);
        yield return new ColumnData<float>(PerBand("image_scale", DType.Float32), planes.ScaleArcsec);
        yield return new ColumnData<float>(noise, planes.NoiseStd);
        yield return TextColumnData.From(PerBand("image_wcs", DType.String), planes.WcsCards);
        yield return TextColumnData.From(Own("frame_file", DType.String, null,
            "file that the band was cut out of; empty where no frame covers the object"), planes.Files);
        if (planes.Ivar is { } inverse)
            yield return new ColumnData<float>(ivar, inverse);
        if (planes.Dq is { } bits)
            yield return new ColumnData<int>(dq, bits);
        if (planes.Extinction is not null)
            yield return new ColumnData<float>(PerBand("image_extinction", DType.Float32), planes.Extinction);
        if (hasPsf)
            yield return new ColumnData<float>(PerBand("image_psf_fwhm", DType.Float32), planes.PsfFwhmArcsec);
        if (hasZeroPointOfFrame)
            yield return new ColumnData<float>(Own("frame_zero_point", DType.Float32, "mag", "magnitude of one unit of flux in that frame"),
                planes.ZeroPointMag);
    }

    private ColumnSchema PerBand(string name, DType type) => Image.Find(name)!.With(type, [bands.Count]);

    private ColumnSchema Own(string name, DType type, string? unit, string description) =>
        new() { Name = name, DType = type, Shape = [bands.Count], Unit = unit, Description = description };
}
