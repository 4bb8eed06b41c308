using Pile.Fits;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The pixels of some rows in all bands, and what describes each band of a row, in memory.</summary>
/// <remarks>A plane is one band of one row. Pixels outside of the frame have flux 0 and ivar 0, are bad, and have all bits of dq
/// set.</remarks>
internal sealed class ImagePlanes
{
    /// <summary>The value of <c>image_dq</c> outside of the frame: every bit is set.</summary>
    private const int OutsideDq = -1;

    private readonly IReadOnlyList<BandRecipe> bands;
    private readonly int height, width;
    private readonly float[] scratch;
    private readonly bool[] isSet;

    /// <param name="bands">The bands.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="memory">The memory of the pixels, which no other planes may use at the same time.</param>
    internal ImagePlanes(IReadOnlyList<BandRecipe> bands, int rowCount, int height, int width, PixelMemory memory)
    {
        (this.bands, this.height, this.width, scratch) = (bands, height, width, new float[3 * height * width]);
        int planes = rowCount * bands.Count, all = checked(planes * height * width);
        (Flux, IsGood, isSet) = (memory.Flux.Of(all), memory.IsGood.Of(all), new bool[planes]);
        if (bands.Any(b => b.Companions.Ivar is not null))
            Ivar = memory.Ivar.Of(all);
        if (bands.Any(b => b.Companions.Mask is not null))
            Dq = memory.Dq.Of(all);
        (PsfFwhmArcsec, ScaleArcsec, ZeroPointMag, NoiseStd) = (Unknown(planes), Unknown(planes), Unknown(planes), Unknown(planes));
        Extinction = bands.Any(b => b.Extinction is not null) ? Unknown(planes) : null;
        (WcsCards, Files) = (new string[planes], new string[planes]);
        Array.Fill(WcsCards, "");
        Array.Fill(Files, "");
    }

    internal Memory<float> Flux { get; }

    /// <summary>Null if no band has noise.</summary>
    internal Memory<float>? Ivar { get; }

    internal Memory<bool> IsGood { get; }

    /// <summary>Null if no band has a mask.</summary>
    internal Memory<int>? Dq { get; }

    internal float[] PsfFwhmArcsec { get; }

    internal float[] ScaleArcsec { get; }

    internal float[] ZeroPointMag { get; }

    internal float[] NoiseStd { get; }

    /// <summary>Null if no band has a source of the extinction.</summary>
    internal float[]? Extinction { get; }

    internal string[] WcsCards { get; }

    internal string[] Files { get; }

    /// <summary>Returns the bytes of one row's pixels, which limit the number of rows in memory.</summary>
    internal static long RowBytes(IReadOnlyList<BandRecipe> bands, long height, long width) =>
        bands.Count * height * width * (sizeof(float) + sizeof(float) + sizeof(bool) + sizeof(int));

    /// <summary>Returns the index of a plane.</summary>
    internal int Plane(int row, int band) => (row * bands.Count) + band;

    /// <summary>Sets the pixels of a plane.</summary>
    /// <param name="row">The row.</param>
    /// <param name="band">The band.</param>
    /// <param name="part">The pixels that the frame covers.</param>
    /// <param name="across">Where these are along x.</param>
    /// <param name="up">Where these are along y.</param>
    internal void Set(int row, int band, PixelPart part, CutoutWindow across, CutoutWindow up)
    {
        int plane = Plane(row, band);
        Clear(plane, across, up);
        isSet[plane] = true;
        Span<bool> good = PixelsOf(IsGood, plane);
        Paste(part.Flux, part.Stride, across, up, PixelsOf(Flux, plane));
        MarkGood(part, across, up, good);
        if (!part.Ivar.IsEmpty)
        {
            Paste(part.Ivar, part.Stride, across, up, PixelsOf(Ivar!.Value, plane));
            if (bands[band].Companions.Mask is null)
                PixelMasks.KeepPositive(PixelsOf(Ivar!.Value, plane), good); // a survey without a mask
        }
        else if (Ivar is { } unknown)
            PixelsOf(unknown, plane).Clear();
        if (Dq is { } dq)
        {
            Paste(part.Bits, part.Stride, across, up, PixelsOf(dq, plane));
            MarkBad(PixelsOf(dq, plane), bands[band].Companions.MaskRule, good);
        }
        if (Ivar is { } ivar)
            PixelMasks.ClearBlank(PixelsOf(Flux, plane), PixelsOf(ivar, plane));
        NoiseStd[plane] = BackgroundNoise.Std(PixelsOf(Flux, plane), good, scratch);
    }

    /// <summary>Sets the pixels of the planes that no frame covers.</summary>
    internal void ClearOthers()
    {
        for (int plane = 0; plane < isSet.Length; plane++)
            if (!isSet[plane])
                Clear(plane, default, default);
    }

    /// <summary>Sets what describes a plane: scale, PSF, zero point and WCS.</summary>
    /// <param name="row">The row.</param>
    /// <param name="band">The band.</param>
    /// <param name="images">The pixels of the frame.</param>
    /// <param name="wcs">The WCS of the frame.</param>
    /// <param name="at">The object's position on the frame.</param>
    /// <param name="startX">The first column of the plane in the frame.</param>
    /// <param name="startY">The first row of the plane in the frame.</param>
    internal void Describe(int row, int band, FrameImages images, Wcs wcs, ImagePosition<Frame> at, long startX, long startY)
    {
        (BandRecipe recipe, int plane) = (bands[band], Plane(row, band));
        double scale = wcs.GeometryAt(at.X, at.Y).PixelScaleArcsec;
        ScaleArcsec[plane] = (float)scale;
        PsfFwhmArcsec[plane] = (float)(images.ReadPsfFwhm(at.X, at.Y) * (recipe.PsfFwhm is { IsInPixels: true } ? scale : 1));
        if (recipe.ZeroPointMag is { } zero)
            ZeroPointMag[plane] = (float)(zero.Value // the keyword is of the unit of the file
                ?? (at.Image.ZeroPointMag(zero.Keyword!) + (2.5 * Math.Log10(images.FluxFactor))));
        WcsCards[plane] = wcs.CutoutText(startX, startY);
        string name = Path.GetFileName(at.Image.Path);
        Files[plane] = at.Image.Label is { } label ? $"{name}[{label}]" : name;
    }

    /// <summary>Returns whether any pixel of a row is good.</summary>
    internal bool HasGoodPixel(int row) => IsGood.Span.Slice(Plane(row, 0) * height * width, bands.Count * height * width).Contains(true);

    /// <summary>Sets the pixels of a plane that the frame does not cover.</summary>
    private void Clear(int plane, CutoutWindow across, CutoutWindow up)
    {
        Clear(Flux, 0);
        Clear(IsGood, false);
        if (Ivar is { } ivar)
            Clear(ivar, 0);
        if (Dq is { } dq)
            Clear(dq, OutsideDq);

        void Clear<T>(Memory<T> all, T value)
        {
            Span<T> pixels = PixelsOf(all, plane);
            pixels[..(up.Skip * width)].Fill(value);
            pixels[((up.Skip + up.Count) * width)..].Fill(value);
            for (int y = up.Skip; y < up.Skip + up.Count && across.Count < width; y++)
            {
                Span<T> line = pixels.Slice(y * width, width);
                line[..across.Skip].Fill(value);
                line[(across.Skip + across.Count)..].Fill(value);
            }
        }
    }

    private static float[] Unknown(int planes)
    {
        float[] values = new float[planes];
        Array.Fill(values, float.NaN);
        return values;
    }

    private Span<T> PixelsOf<T>(Memory<T> all, int plane) => all.Span.Slice(plane * height * width, height * width);

    private void Paste<T>(ReadOnlySpan<T> part, int stride, CutoutWindow across, CutoutWindow up, Span<T> plane)
    {
        for (int y = 0; y < up.Count; y++)
            part.Slice(y * stride, across.Count).CopyTo(plane[(((up.Skip + y) * width) + across.Skip)..]);
    }

    private void MarkGood(PixelPart part, CutoutWindow across, CutoutWindow up, Span<bool> plane)
    {
        for (int y = 0; y < up.Count; y++)
            PixelMasks.SetNumbers(part.Flux.Slice(y * part.Stride, across.Count), plane[(((up.Skip + y) * width) + across.Skip)..]);
    }

    private static void MarkBad(ReadOnlySpan<int> bits, MaskRule rule, Span<bool> good)
    {
        for (int i = 0; i < good.Length; i++)
            good[i] &= !rule.IsBad(unchecked((uint)bits[i]));
    }
}
