using Pile.Builders.Sources.SkyImages;
using Pile.Format;

namespace Pile.Builders.Sources.FitsCutout;

/// <summary>The frames of a band, indexed by declination. Finds those that may cover a position without opening files.</summary>
internal sealed class FrameIndex
{
    private readonly List<Frame>[] byDeclination = [.. Enumerable.Range(0, 180).Select(_ => new List<Frame>())];

    private FrameIndex(BandRecipe recipe, IReadOnlyList<Frame> frames, IReadOnlyList<(string Path, PileException Reason)> unusable)
    {
        (Recipe, Unusable) = (recipe, unusable);
        foreach (Frame frame in frames)
        {
            double dec = double.RadiansToDegrees(Math.Asin(Math.Clamp(frame.Footprint.Centre.Z, -1, 1))),
                radius = double.RadiansToDegrees(Math.Acos(frame.Footprint.CosRadius));
            for (int strip = Strip(dec - radius); strip <= Strip(dec + radius); strip++)
                byDeclination[strip].Add(frame);
        }
        Unit = recipe.Unit ?? recipe.FileUnit ?? CommonUnit(frames);
        Notes = [.. PixelUnit.Notes(recipe, frames.Select(f => (f.Path, f.Unit)))];
        if (Frame.UnusedNote(recipe, frames.Select(f => (f.Path, f.Header.Hdu ?? "", f.CountOnSky))) is { } unused)
            Notes = [.. Notes, unused];
    }

    internal BandRecipe Recipe { get; }

    /// <summary>The unit of the pixels of all frames; null if no frame declares it.</summary>
    internal string? Unit { get; }

    /// <summary>What the user should know about units and images that the recipe ignores.</summary>
    internal IReadOnlyList<string> Notes { get; }

    /// <summary>The files that are not usable as frames, and the reasons.</summary>
    internal IReadOnlyList<(string Path, PileException Reason)> Unusable { get; }

    /// <summary>Reads the headers of all frames of a band.</summary>
    /// <exception cref="PileException">No file has an image with a supported WCS, or the frames are in different units.</exception>
    internal static FrameIndex Read(BandRecipe recipe)
    {
        (IReadOnlyList<Frame> Frames, PileException? Fault)[] files = [.. ParallelEnumerable.Range(0, recipe.Files.Count).AsOrdered()
            .Select(i => ReadFile(recipe, i))];
        List<Frame> frames = [.. files.SelectMany(file => file.Frames)];
        List<(string Path, PileException Reason)> unusable = [.. recipe.Files.Zip(files, (path, file) => (path, file.Fault!))
            .Where(file => file.Item2 is not null)];
        return unusable.Find(file => file.Reason is NativeLibraryMissingException).Reason is { } missing ? throw missing
            : frames.Count > 0 ? new(recipe, frames, unusable) : throw unusable[0].Reason;
    }

    private static (IReadOnlyList<Frame> Frames, PileException? Fault) ReadFile(BandRecipe recipe, int number)
    {
        try
        {
            return ([.. Frame.Read(recipe.Files[number], recipe.Hdus, number)], null);
        }
        catch (PileException fault)
        {
            return ([], fault);
        }
    }

    /// <summary>Returns the frames that may cover a position, sorted by name and HDU: a superset of those that do.</summary>
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
        if (frames.FirstOrDefault(f => !PixelUnit.AreEqual(f.Unit, frames[0].Unit)) is { } other)
            throw new SchemaMismatchException(other.Path, null,
                $"BUNIT is '{other.Unit}', but '{frames[0].Unit}' in {System.IO.Path.GetFileName(frames[0].Path)}",
                $"Set 'unit' of band '{Recipe.Name}' in the recipe, if it is the same for all");
        return frames[0].Unit;
    }
}
