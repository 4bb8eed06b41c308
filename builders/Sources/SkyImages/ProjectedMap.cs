using Pile.Fits;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>A map of the sky in one or several images. The value at a position is interpolated linearly between the four pixels around it,
/// in the image in which the position is most central.</summary>
internal sealed class ProjectedMap : SkyMap
{
    private readonly Frame[] images;
    private readonly SkyImagePicker<Frame> picker;
    private readonly Dictionary<Frame, FitsFile> open = [];
    private readonly double[] pixels = new double[4];

    internal ProjectedMap(ExtinctionRecipe recipe)
    {
        images = [.. recipe.Maps.Select((path, number) => Frame.Read(path, ImageHdus.First, number)[0])];
        picker = new((ra, dec) => images.Where(i => i.Footprint.Contains(SkyCap.Direction(ra, dec))));
    }

    /// <inheritdoc/>
    internal override double ValueAt(double raDeg, double decDeg)
    {
        if (picker.Pick(raDeg, decDeg) is not var (image, x, y))
            return double.NaN;
        if (!open.TryGetValue(image, out FitsFile? file))
            open.Add(image, file = FitsFile.OpenRead(image.Path));
        // Within half a pixel of the border, the pixels of the border are used.
        long left = (long)Math.Floor(Math.Clamp(x, 0, image.Width - 1)), low = (long)Math.Floor(Math.Clamp(y, 0, image.Height - 1));
        int width = left + 1 < image.Width ? 2 : 1, height = low + 1 < image.Height ? 2 : 1;
        file.Hdu(image.HduIndex).Image().Read<double>(left, low, width, height, pixels);
        double right = width == 2 ? Math.Clamp(x - left, 0, 1) : 0, up = height == 2 ? Math.Clamp(y - low, 0, 1) : 0;
        int line = width;
        double lower = Between(pixels[0], pixels[width - 1], right);
        return height == 1 ? lower : Between(lower, Between(pixels[line], pixels[line + width - 1], right), up);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        picker.Dispose();
        foreach (FitsFile file in open.Values)
            file.Dispose();
    }

    private static double Between(double a, double b, double fraction) => fraction == 0 ? a : a + (fraction * (b - a));
}
