using System.Collections.Immutable;
using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Cube;

/// <summary>Reads the images that were reconstructed from a cube, and their point-spread functions.</summary>
internal static class BandImages
{
    private static readonly Modality Cube = Modality.Get("cube");
    private static readonly ImmutableArray<int> Stack = [ColumnSchema.Ragged, ColumnSchema.Ragged, ColumnSchema.Ragged],
        List = [ColumnSchema.Ragged];

    /// <exception cref="PileException">An image is missing, unreadable, or has another size than the cube.</exception>
    internal static IEnumerable<ColumnData> Read(CubeFile file)
    {
        ImmutableArray<BandImageRecipe> images = file.Recipe.Images;
        if (images.IsEmpty)
            yield break;
        FitsImage[] bands = [.. images.Select(i => file.Find(i.Hdu).Image())];
        foreach (FitsImage band in bands)
            if (band.Width != file.Axes.Width || band.Height != file.Axes.Height || band.PlaneCount != 1)
                throw new FitsException(file.Path, band.Header.Hdu, $"a reconstructed image must have the spaxels of the cube, "
                    + $"[{file.Axes.Width}, {file.Axes.Height}]; found [{string.Join(", ", band.Axes)}]. Correct 'images' in the recipe's "
                    + "source, or leave out this file.");
        if (bands.Select(b => b.Unit).Distinct().Count() > 1)
            throw new FitsException(file.Path, bands[0].Header.Hdu,
                $"the reconstructed images must have one unit, found {string.Join(", ", bands.Select(b => $"'{b.Unit}'"))}. "
                    + "Correct 'images' in the recipe's source.");
        yield return Pixels("cube_image", bands, bands[0].Unit);
        yield return TextColumnData.FromLists(Cube.Find("cube_image_band")!.With(DType.String, List), [[.. images.Select(i => i.Band)]]);
        if (images[0].Psf is not null)
        {
            FitsImage[] psfs = [.. images.Select(i => file.Find(i.Psf!).Image())];
            if (psfs.FirstOrDefault(p => !p.Axes.SequenceEqual(psfs[0].Axes)) is { } other)
                throw new FitsException(file.Path, other.Header.Hdu, "the point-spread functions must have one size, "
                    + $"[{string.Join(", ", psfs[0].Axes)}]; found [{string.Join(", ", other.Axes)}]. "
                    + "Correct 'images' in the recipe's source.");
            yield return Pixels("cube_psf", psfs, null);
        }
        if (images[0].PsfFwhm is not null)
            yield return new ColumnData<float>(Cube.Find("cube_psf_fwhm")!.With(DType.Float32, List),
                images.Select(i => Fwhm(file, i)).ToArray(), [images.Length]);
    }

    private static ColumnData<float> Pixels(string name, FitsImage[] images, string? unit)
    {
        int plane = checked((int)(images[0].Width * images[0].Height));
        float[] values = new float[images.Length * plane];
        for (int i = 0; i < images.Length; i++)
            images[i].Read(values.AsSpan(i * plane, plane));
        return new(Cube.Find(name)!.With(DType.Float32, Stack, unit), values, [images.Length, (int)images[0].Height, (int)images[0].Width]);
    }

    private static float Fwhm(CubeFile file, BandImageRecipe image)
    {
        string keyword = image.PsfFwhm!;
        string text = new HeaderValues(file.Path, file.Find(image.Hdu).Header, file.Hdu.Header).TextOrNull(keyword)
            ?? file.Keywords.TextOrNull(keyword)
            ?? throw new SchemaMismatchException(file.Path, null, $"there is no keyword '{keyword}'",
                "Correct 'images' in the recipe's source");
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float arcsec) ? arcsec
            : throw new SchemaMismatchException(file.Path, null, $"the keyword '{keyword}' must be a number, found '{text}'",
                "Correct 'images' in the recipe's source");
    }
}
