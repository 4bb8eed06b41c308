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
    /// <summary>Pairs the files of the bands.</summary>
    /// <exception cref="DocumentInvalidException">Files do not have the names that the recipe describes, or share a name.</exception>
    internal static IReadOnlyList<FrameSet> Read(RecipeSource source, FrameRecipe recipe)
    {
        YamlNode place = source.Map.Find("group") ?? source.Map.Find("bands") ?? source.Map.Required("files");
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

    /// <summary>Opens the frames: one per band, all of the same size.</summary>
    /// <exception cref="PileException">A file is missing or unreadable, has no celestial WCS, or has another size than that of the first
    /// band.</exception>
    internal Frame[] Open(FrameRecipe recipe)
    {
        if (Array.IndexOf(Numbers, -1) is >= 0 and var missing)
        {
            int other = Array.FindIndex(Numbers, n => n >= 0);
            throw new SourceUnreadableException(recipe.Bands[other].Files[Numbers[other]],
                $"'{Name}' has this file of band '{recipe.Bands[other].Name}', but none of band '{recipe.Bands[missing].Name}'",
                "Download it, or leave out the other files of it");
        }
        Frame[] frames = [.. recipe.Bands.Select((b, i) => Frame.Read(b.Files[Numbers[i]], b.Hdu, Numbers[i]))];
        foreach (Frame frame in frames)
            if (frame.Width != frames[0].Width || frame.Height != frames[0].Height)
                throw new SchemaMismatchException(frame.Path, null,
                    $"HDU {frame.Header.Hdu}: the bands of '{Name}' should have one size; found {frame.Width} x {frame.Height} pixels, but "
                        + $"{frames[0].Width} x {frames[0].Height} in {frames[0].Path}", "Build a dataset for each size");
        return frames;
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
