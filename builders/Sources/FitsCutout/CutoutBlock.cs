using System.Collections.Immutable;
using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>The cut-outs of some objects in all bands, in memory.</summary>
/// <remarks>Pixels that no frame covers have flux 0 and ivar 0, are bad, and have all bits of dq set.</remarks>
internal sealed class CutoutBlock
{
    /// <summary>The value of <c>image_dq</c> outside of the frame: every bit is set.</summary>
    internal const int OutsideDq = -1;

    private readonly CutoutRecipe recipe;
    private readonly CutoutColumns columns;
    private readonly int pixels;
    private readonly float[] flux, psfFwhmArcsec, scaleArcsec, offset, coverage, zeroPointMag;
    private readonly float[]? ivar;
    private readonly bool[] isGood;
    private readonly int[]? dq;
    private readonly string[] wcsCards, files;

    internal CutoutBlock(CutoutRecipe recipe, CutoutColumns columns, int rowCount)
    {
        (this.recipe, this.columns, pixels) = (recipe, columns, recipe.Height * recipe.Width);
        int planes = rowCount * recipe.Bands.Count, all = checked(planes * pixels);
        (flux, isGood) = (new float[all], new bool[all]);
        ivar = recipe.Bands.Any(b => b.Companions.Ivar is not null) ? new float[all] : null;
        if (recipe.Bands.Any(b => b.Companions.Mask is not null))
            Array.Fill(dq = new int[all], OutsideDq);
        (coverage, offset) = (new float[planes], new float[2 * planes]);
        (psfFwhmArcsec, scaleArcsec, zeroPointMag) = (new float[planes], new float[planes], new float[planes]);
        (wcsCards, files) = (new string[planes], new string[planes]);
        foreach (float[] unknown in new[] { psfFwhmArcsec, scaleArcsec, zeroPointMag, offset })
            Array.Fill(unknown, float.NaN);
        Array.Fill(wcsCards, "");
        Array.Fill(files, "");
    }

    /// <summary>Returns the bytes of one row's pixels, which limit the size of a block.</summary>
    internal static long RowBytes(CutoutRecipe recipe) =>
        (long)recipe.Bands.Count * recipe.Height * recipe.Width * (sizeof(float) + sizeof(float) + sizeof(bool) + sizeof(int));

    /// <summary>Cuts objects out of one frame.</summary>
    /// <param name="band">The band's number.</param>
    /// <param name="frame">The frame; its files are opened and closed here.</param>
    /// <param name="wcs">Its WCS.</param>
    /// <param name="objects">Rows of this block, and the positions of their objects on the frame.</param>
    /// <param name="cancellationToken">Cancels the work between two objects.</param>
    internal void Cut(int band, Frame frame, Wcs wcs, IEnumerable<(int Row, ImagePosition<Frame> At)> objects,
        CancellationToken cancellationToken)
    {
        using FrameImages images = new(recipe.Bands[band], frame);
        float[] values = new float[pixels];
        int[] bits = new int[pixels];
        foreach ((int row, ImagePosition<Frame> at) in objects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CutoutWindow across = CutoutWindow.About(at.X, recipe.Width, frame.Width),
                up = CutoutWindow.About(at.Y, recipe.Height, frame.Height);
            int plane = (row * recipe.Bands.Count) + band;
            images.ReadFlux(across, up, values);
            Paste(values, across, up, Plane(flux, plane));
            MarkGood(values, across, up, Plane(isGood, plane));
            if (images.TryReadIvar(across, up, values))
            {
                Paste(values, across, up, Plane(ivar!, plane));
                if (recipe.Bands[band].Companions.Mask is null)
                    MarkBad(Plane(ivar!, plane), Plane(isGood, plane));
            }
            if (dq is not null)
            {
                if (!images.TryReadMask(across, up, bits))
                    Array.Clear(bits);
                Paste(bits, across, up, Plane(dq, plane));
                MarkBad(Plane(dq, plane), (int)recipe.Bands[band].Companions.BadBits, Plane(isGood, plane));
            }
            ClearIvarOfBlank(plane);
            Describe(plane, band, wcs, at, across, up);
        }
    }

    /// <summary>Returns the columns of the modality and those of this source.</summary>
    internal ImmutableArray<ColumnData> ToColumns(int rowCount) =>
        columns.Of(rowCount, new(flux, ivar, isGood, dq, psfFwhmArcsec, scaleArcsec, offset, coverage, zeroPointMag, wcsCards, files));

    private Span<T> Plane<T>(T[] all, int plane) => all.AsSpan(plane * pixels, pixels);

    private void Paste<T>(ReadOnlySpan<T> part, CutoutWindow across, CutoutWindow up, Span<T> plane)
    {
        for (int y = 0; y < up.Count; y++)
            part.Slice(y * across.Count, across.Count).CopyTo(plane[(((up.Skip + y) * recipe.Width) + across.Skip)..]);
    }

    private void MarkGood(ReadOnlySpan<float> part, CutoutWindow across, CutoutWindow up, Span<bool> plane)
    {
        for (int y = 0; y < up.Count; y++)
            for (int x = 0; x < across.Count; x++)
                plane[((up.Skip + y) * recipe.Width) + across.Skip + x] = !float.IsNaN(part[(y * across.Count) + x]);
    }

    private static void MarkBad(ReadOnlySpan<int> bits, int badBits, Span<bool> good)
    {
        for (int i = 0; i < good.Length; i++)
            good[i] &= (bits[i] & badBits) == 0;
    }

    /// <summary>Marks pixels without an inverse variance as bad. Used if the survey has no mask.</summary>
    private static void MarkBad(ReadOnlySpan<float> ivar, Span<bool> good)
    {
        for (int i = 0; i < good.Length; i++)
            good[i] &= ivar[i] > 0;
    }

    /// <summary>Sets the inverse variance of blank pixels, which have a flux of NaN, to 0.</summary>
    private void ClearIvarOfBlank(int plane)
    {
        if (ivar is null)
            return;
        ReadOnlySpan<float> values = Plane(flux, plane);
        Span<float> weights = Plane(ivar, plane);
        for (int i = 0; i < values.Length; i++)
            if (float.IsNaN(values[i]))
                weights[i] = 0;
    }

    private void Describe(int plane, int band, Wcs wcs, ImagePosition<Frame> at, CutoutWindow across, CutoutWindow up)
    {
        BandRecipe bandRecipe = recipe.Bands[band];
        double scale = wcs.GeometryAt(at.X, at.Y).PixelScaleArcsec;
        scaleArcsec[plane] = (float)scale;
        if (bandRecipe.PsfFwhm is { } psf)
            psfFwhmArcsec[plane] = (float)(NumberOf(psf, at.Image) * (bandRecipe.IsPsfInPixels ? scale : 1));
        if (bandRecipe.ZeroPointMag is { } zero)
            zeroPointMag[plane] = (float)NumberOf(zero, at.Image);
        (offset[2 * plane], offset[(2 * plane) + 1]) = ((float)across.Offset(at.X, recipe.Width), (float)up.Offset(at.Y, recipe.Height));
        coverage[plane] = (float)((double)across.Count * up.Count / pixels);
        wcsCards[plane] = string.Concat(wcs.CutoutCards(across.Start, up.Start).SelectMany(c => c.Format()));
        files[plane] = Path.GetFileName(at.Image.Path);
    }

    private static double NumberOf(HeaderNumber number, Frame frame) => number.Value ?? frame.Number64(number.Keyword!);
}
