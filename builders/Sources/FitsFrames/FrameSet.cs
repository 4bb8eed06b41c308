using System.Text.RegularExpressions;
using Pile.Builders.Sources.SkyImages;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.FitsFrames;

/// <summary>The frames of one area in all bands, which become one row, or one row per tile.</summary>
/// <param name="Name">The name, unique in the dataset: the id of the row.</param>
/// <param name="Numbers">For each band the index among its files; −1 if the file is missing.</param>
internal sealed record FrameSet(string Name, int[] Numbers)
{
    /// <summary>For each band which of the images of its file; null if the recipe has one image in each file, or if a file is
    /// unreadable.</summary>
    internal ImageOfFile[]? Images { get; private init; }

    /// <summary>Pairs the files of the bands.</summary>
    /// <exception cref="DocumentInvalidException">Files do not have the names that the recipe describes, or share a name.</exception>
    internal static IReadOnlyList<FrameSet> Read(RecipeSource source, FrameRecipe recipe)
    {
        YamlNode place = source.Map.Find("group") ?? source.Map.Find("bands") ?? source.Map.Required("files");
        if (recipe.Bands.Any(b => b.Hdus.AreSeveral != recipe.Bands[0].Hdus.AreSeveral))
            throw place.Invalid("'hdu' should be a list, or 'all', in each of the bands or in no band");
        if (recipe.Group is null && recipe.Bands.Count > 1)
            return recipe.Bands.All(b => b.Files.Count == 1) ? [new(StemOf(recipe.Bands[0].Files[0]), new int[recipe.Bands.Count])]
                : throw place.Invalid("bands of several files need 'group': a regular expression for the part of their names that "
                    + "the files of one row share, for example 'legacysurvey-(.+)-image'");
        SortedDictionary<string, int[]> sets = new(StringComparer.Ordinal);
        for (int band = 0; band < recipe.Bands.Count; band++)
            for (int number = 0; number < recipe.Bands[band].Files.Count; number++)
            {
                string path = recipe.Bands[band].Files[number],
                    name = recipe.Group is { } group ? NameOf(group, source.NameOf(path), place) : StemOf(path);
                if (!sets.TryGetValue(name, out int[]? numbers))
                    Array.Fill(numbers = sets[name] = new int[recipe.Bands.Count], -1);
                if (numbers[band] >= 0)
                    throw place.Invalid($"'{recipe.Bands[band].Files[numbers[band]]}' and '{path}' would both be called '{name}'; "
                        + "set 'group' to a regular expression for the part of their paths that differs");
                numbers[band] = number;
            }
        return [.. sets.Select(set => new FrameSet(set.Key, set.Value))];
    }

    /// <summary>Divides sets of files with several images, such as one for each CCD, into sets of images.</summary>
    /// <exception cref="SchemaMismatchException">Two sets have the same name.</exception>
    internal static IReadOnlyList<FrameSet> OfImages(FrameRecipe recipe, IReadOnlyList<FrameSet> sets)
    {
        if (!recipe.Bands[0].Hdus.AreSeveral)
            return sets;
        IReadOnlyList<FrameSet>[] divided = new IReadOnlyList<FrameSet>[sets.Count];
        Parallel.For(0, sets.Count, i =>
        {
            try
            {
                divided[i] = sets[i].Divide(recipe);
            }
            catch (PileException)
            {
                divided[i] = [sets[i]]; // Open reports it
            }
        });
        FrameSet[] all = [.. divided.SelectMany(d => d)];
        return all.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is not { } twice ? all
            : throw new SchemaMismatchException(recipe.Bands[0].Files[twice.Last().Numbers[0]], null,
                $"two images would both be called '{twice.Key}'; the other one is in {recipe.Bands[0].Files[twice.First().Numbers[0]]}",
                "Set 'group' to a regular expression for the part of the paths that differs")
            { IsOfCaller = true };
    }

    private FrameSet[] Divide(FrameRecipe recipe)
    {
        RequireAllBands(recipe);
        ImageOfFile[][] images = [.. recipe.Bands.Select((b, i) => b.Hdus.List(b.Files[Numbers[i]]))];
        return [.. images[0].Select(image => this with
        {
            Name = $"{Name}-{image.Label.Replace(',', '-')}",
            Images = [.. images.Select((ofBand, band) => Array.FindIndex(ofBand, o => o.Label == image.Label) is >= 0 and var at
                ? ofBand[at] : throw new SchemaMismatchException(recipe.Bands[band].Files[Numbers[band]], null,
                    $"it has no image '{image.Label}', as {recipe.Bands[0].Files[Numbers[0]]} has",
                    "Set 'hdu' of the bands to lists of the images that both have"))],
        })];
    }

    /// <summary>Opens the frames: one per band, all of the same size.</summary>
    /// <exception cref="PileException">A file is missing or unreadable, has no celestial WCS, or has another size than that of the first
    /// band.</exception>
    internal Frame[] Open(FrameRecipe recipe)
    {
        RequireAllBands(recipe);
        if (Images is null && recipe.Bands[0].Hdus.AreSeveral)
            Divide(recipe); // reports why its images are not listed
        Frame[] frames = [.. recipe.Bands.Select((b, i) => Images is { } images ? Frame.Read(b.Files[Numbers[i]], images[i], Numbers[i])
            : Frame.Read(b.Files[Numbers[i]], b.Hdus, Numbers[i])[0])];
        foreach (Frame frame in frames)
            if (frame.Width != frames[0].Width || frame.Height != frames[0].Height)
                throw new SchemaMismatchException(frame.Path, null,
                    $"HDU {frame.Header.Hdu}: the bands of '{Name}' should have one size; found {frame.Width} x {frame.Height} pixels, but "
                        + $"{frames[0].Width} x {frames[0].Height} in {frames[0].Path}", "Build a dataset for each size");
        return frames;
    }

    private void RequireAllBands(FrameRecipe recipe)
    {
        if (Array.IndexOf(Numbers, -1) is not (>= 0 and var missing))
            return;
        int other = Array.FindIndex(Numbers, n => n >= 0);
        throw new SourceUnreadableException(recipe.Bands[other].Files[Numbers[other]],
            $"'{Name}' has this file of band '{recipe.Bands[other].Name}', but none of band '{recipe.Bands[missing].Name}'",
            "Download it, or leave out the other files of it");
    }

    private static string NameOf(Regex group, string path, YamlNode place)
    {
        Match match = group.Match(path);
        if (!match.Success)
            throw place.Invalid($"the path '{path}' does not contain '{group}'");
        return match.Groups.Count == 1 ? match.Value
            : string.Join('-', match.Groups.Values.Skip(1).Where(g => g.Success).Select(g => g.Value));
    }

    private static string StemOf(string path)
    {
        string name = Path.GetFileName(path);
        int end = name.IndexOf(".fit", StringComparison.OrdinalIgnoreCase);
        return end > 0 ? name[..end] : name;
    }
}
