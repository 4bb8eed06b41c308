using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>The frames of a band, indexed by declination. Finds those that may cover a position without opening files.</summary>
internal sealed class FrameIndex
{
    private readonly List<Frame>[] byDeclination = [.. Enumerable.Range(0, 180).Select(_ => new List<Frame>())];

    private FrameIndex(BandRecipe recipe, IReadOnlyList<Frame> frames)
    {
        Recipe = recipe;
        foreach (Frame frame in frames)
        {
            double dec = double.RadiansToDegrees(Math.Asin(Math.Clamp(frame.Footprint.Centre.Z, -1, 1))),
                radius = double.RadiansToDegrees(Math.Acos(frame.Footprint.CosRadius));
            for (int strip = Strip(dec - radius); strip <= Strip(dec + radius); strip++)
                byDeclination[strip].Add(frame);
        }
        Unit = recipe.Unit ?? CommonUnit(frames);
    }

    internal BandRecipe Recipe { get; }

    /// <summary>The unit of the pixels of all frames; null if no frame declares it.</summary>
    internal string? Unit { get; }

    /// <summary>Reads the headers of all frames of a band.</summary>
    /// <exception cref="Fits.FitsException">A file has no image with a supported WCS.</exception>
    /// <exception cref="SchemaMismatchException">The frames are in different units.</exception>
    internal static FrameIndex Read(BandRecipe recipe) =>
        new(recipe, [.. recipe.Files.Select((path, number) => Frame.Read(path, recipe.Hdu, number))]);

    /// <summary>Returns the frames that may cover a position, sorted by name: a superset of those that do.</summary>
    internal IEnumerable<Frame> Near(double raDeg, double decDeg)
    {
        (double X, double Y, double Z) direction = SkyCap.Direction(raDeg, decDeg);
        foreach (Frame frame in byDeclination[Strip(decDeg)])
            if (frame.Footprint.Contains(direction))
                yield return frame;
    }

    private static int Strip(double decDeg) => (int)Math.Clamp(decDeg + 90, 0, 179);

    private string? CommonUnit(IReadOnlyList<Frame> frames)
    {
        if (frames.FirstOrDefault(f => !FitsUnits.AreEqual(f.Unit, frames[0].Unit)) is { } other)
            throw new SchemaMismatchException(other.Path, null,
                $"BUNIT is '{other.Unit}', but '{frames[0].Unit}' in {System.IO.Path.GetFileName(frames[0].Path)}",
                $"Set 'unit' of band '{Recipe.Name}' in the recipe, if it is the same for all");
        return frames[0].Unit;
    }
}
