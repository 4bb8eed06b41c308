using System.Collections.Immutable;
using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>The cut-outs of some objects in all bands, in memory.</summary>
internal sealed class CutoutBlock
{
    private static readonly Modality Image = Modality.Get("image");

    private readonly CutoutRecipe recipe;
    private readonly ImageColumns columns;
    private readonly ImagePlanes planes;
    private readonly float[] offset, coverage;
    private readonly int rowCount;

    internal CutoutBlock(CutoutRecipe recipe, ImageColumns columns, int rowCount, PixelMemory memory)
    {
        (this.recipe, this.columns, this.rowCount) = (recipe, columns, rowCount);
        planes = new(recipe.Bands, rowCount, recipe.Height, recipe.Width, memory);
        (coverage, offset) = (new float[rowCount * recipe.Bands.Count], new float[2 * rowCount * recipe.Bands.Count]);
        Array.Fill(offset, float.NaN);
    }

    /// <summary>Cuts objects out of one frame.</summary>
    /// <param name="band">The band's number.</param>
    /// <param name="frame">The frame; its files are opened and closed here.</param>
    /// <param name="wcs">Its WCS.</param>
    /// <param name="objects">Rows of this block, and the positions of their objects on the frame.</param>
    /// <param name="reject">Receives each row whose pixels, noise, mask or PSF are not readable; null to throw instead.</param>
    /// <param name="cancellationToken">Cancels the work between two objects.</param>
    internal void Cut(int band, Frame frame, Wcs wcs, IReadOnlyList<(int Row, ImagePosition<Frame> At)> objects,
        Action<int, PileException>? reject, CancellationToken cancellationToken)
    {
        FrameImages images;
        try
        {
            images = new(recipe.Bands[band], frame, lines: (long)objects.Count * recipe.Height, recipe.Width);
        }
        catch (PileException e) when (reject is not null && SkippedUnit.IsOfUnit(e))
        {
            foreach ((int row, _) in objects)
                reject(row, e);
            return;
        }
        using (images)
        {
            PixelBuffer buffer = new(recipe.Height * recipe.Width, planes.Dq is not null);
            foreach ((int row, ImagePosition<Frame> at) in objects)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    Cut(row, band, images, buffer, frame, wcs, at);
                }
                catch (PileException e) when (reject is not null && SkippedUnit.IsOfUnit(e))
                {
                    reject(row, e);
                }
            }
        }
    }

    private void Cut(int row, int band, FrameImages images, PixelBuffer buffer, Frame frame, Wcs wcs, ImagePosition<Frame> at)
    {
        CutoutWindow across = CutoutWindow.About(at.X, recipe.Width, frame.Width),
            up = CutoutWindow.About(at.Y, recipe.Height, frame.Height);
        planes.Set(row, band, buffer.Read(images, across, up), across, up);
        planes.Describe(row, band, images, wcs, at, across.Start, up.Start);
        int plane = planes.Plane(row, band);
        (offset[2 * plane], offset[(2 * plane) + 1]) =
            ((float)across.Offset(at.X, recipe.Width), (float)up.Offset(at.Y, recipe.Height));
        coverage[plane] = (float)((double)across.Count * up.Count / (recipe.Height * recipe.Width));
    }

    /// <summary>Sets what depends on the objects alone: extinction, and sizes of the PSF in columns of the catalogue.</summary>
    /// <param name="targets">The objects.</param>
    /// <param name="covered">The index of the object of each row.</param>
    internal void SetObjects(Targets targets, int[] covered)
    {
        CatalogueNumbers numbers = new(recipe.Catalogue.Path, targets);
        using SkyMaps maps = new();
        for (int band = 0; band < recipe.Bands.Count; band++)
        {
            if (recipe.Bands[band].Extinction is { } extinction)
            {
                double[]? column = extinction.Column is { } name ? numbers.Of(name, "mag", "extinction") : null;
                for (int row = 0; row < rowCount; row++)
                    planes.Extinction![planes.Plane(row, band)] = covered[row] is var target && column is not null
                        ? (float)(column[target] * extinction.Coefficient)
                        : maps.ExtinctionAt(extinction, targets.RaDeg[target], targets.DecDeg[target]);
            }
            if (recipe.Bands[band].PsfFwhm is { Column: { } size, IsInPixels: var isInPixels })
            {
                double[] fwhm = numbers.Of(size, isInPixels ? "pix" : "arcsec", "psf_fwhm");
                for (int row = 0; row < rowCount; row++)
                    if (planes.Plane(row, band) is var plane && planes.Files[plane].Length > 0)
                        planes.PsfFwhmArcsec[plane] = (float)(fwhm[covered[row]] * (isInPixels ? planes.ScaleArcsec[plane] : 1));
            }
        }
    }

    /// <summary>Returns the columns of the modality and those of this source.</summary>
    internal ImmutableArray<ColumnData> ToColumns()
    {
        int bandCount = recipe.Bands.Count;
        return
        [
            .. columns.Of(rowCount, planes),
            new ColumnData<float>(Image.Find("image_offset")!.With(DType.Float32, [bandCount, 2]), offset),
            new ColumnData<float>(Image.Find("image_coverage")!.With(DType.Float32, [bandCount]), coverage),
        ];
    }
}
