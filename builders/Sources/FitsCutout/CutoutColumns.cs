using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>The values of a block: row by row, and band by band in each row.</summary>
internal sealed record CutoutValues(float[] Flux, float[]? Ivar, bool[] IsGood, int[]? Dq, float[] PsfFwhmArcsec, float[] ScaleArcsec,
    float[] Offset, float[] Coverage,
    float[] ZeroPointMag, string[] WcsCards, string[] Files);

/// <summary>Creates the columns of the cut-outs; their schemas are the same for all blocks.</summary>
internal sealed class CutoutColumns
{
    private static readonly Modality Image = Modality.Get("image");

    private readonly CutoutRecipe recipe;
    private readonly string[] bandNames;
    private readonly bool hasPsf, hasZeroPointOfFrame;
    private readonly ColumnSchema array, ivar, mask, dq;

    internal CutoutColumns(CutoutRecipe recipe, IReadOnlyList<FrameIndex> bands)
    {
        this.recipe = recipe;
        bandNames = [.. recipe.Bands.Select(b => b.Name)];
        hasPsf = recipe.Bands.Any(b => b.PsfFwhm is not null);
        hasZeroPointOfFrame = recipe.Bands.Any(b => b.ZeroPointMag?.Keyword is not null);
        string?[] units = [.. bands.Select(b => b.Unit)], ivarUnits = [.. units.Select(u => u is null ? null : InverseSquareUnit.Of(u))];
        array = Pixels("image_array", DType.Float32,
            units) with
        {
            Bands = [.. recipe.Bands.Select((b, i) =>
                Band(b, units, i) with { WavelengthAngstrom = b.WavelengthAngstrom, ZeroPointMag = b.ZeroPointMag?.Value })]
        };
        ivar = Pixels("image_ivar", DType.Float32, ivarUnits) with { Bands = [.. recipe.Bands.Select((b, i) => Band(b, ivarUnits, i))] };
        mask = Pixels("image_mask", DType.Bool, [null]);
        dq = Pixels("image_dq", DType.Int32,
            [null]) with
        { Bands = [.. recipe.Bands.Select(b => new BandSchema { Name = b.Name, MaskBits = b.MaskBits })] };
    }

    internal ImmutableArray<ColumnData> Of(int rowCount, CutoutValues values)
    {
        int bandCount = bandNames.Length;
        List<ColumnData> columns =
        [
            new ColumnData<float>(array, values.Flux),
            new ColumnData<bool>(mask, values.IsGood),
            TextColumnData.From(PerBand("image_band", DType.String), [.. Enumerable.Range(0, rowCount).SelectMany(_ => bandNames)]),
            new ColumnData<float>(PerBand("image_scale", DType.Float32), values.ScaleArcsec),
            TextColumnData.From(PerBand("image_wcs", DType.String), values.WcsCards),
            new ColumnData<float>(Image.Find("image_offset")!.With(DType.Float32, [bandCount, 2]), values.Offset),
            new ColumnData<float>(PerBand("image_coverage", DType.Float32), values.Coverage),
            TextColumnData.From(Own("frame_file", DType.String, null,
                "file that the band was cut out of; empty where no frame covers the object"), values.Files),
        ];
        if (values.Ivar is not null)
            columns.Add(new ColumnData<float>(ivar, values.Ivar));
        if (values.Dq is not null)
            columns.Add(new ColumnData<int>(dq, values.Dq));
        if (hasPsf)
            columns.Add(new ColumnData<float>(PerBand("image_psf_fwhm", DType.Float32), values.PsfFwhmArcsec));
        if (hasZeroPointOfFrame)
            columns.Add(new ColumnData<float>(Own("frame_zero_point", DType.Float32, "mag", "magnitude of one unit of flux in that frame"),
                values.ZeroPointMag));
        return [.. columns];
    }

    private static BandSchema Band(BandRecipe band, string?[] units,
        int number) => new() { Name = band.Name, Unit = IsOneUnit(units) ? null : units[number] };

    private static bool IsOneUnit(string?[] units) => units.All(u => u == units[0]);

    private ColumnSchema Pixels(string name, DType type, string?[] units) =>
        Image.Find(name)!.With(type, [bandNames.Length, recipe.Height, recipe.Width], IsOneUnit(units) ? units[0] : null);

    private ColumnSchema PerBand(string name, DType type) => Image.Find(name)!.With(type, [bandNames.Length]);

    private ColumnSchema Own(string name, DType type, string? unit, string description) =>
        new() { Name = name, DType = type, Shape = [bandNames.Length], Unit = unit, Description = description };
}
