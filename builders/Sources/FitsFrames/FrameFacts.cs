using Pile.Builders.Sources.SkyImages;
using Pile.Format;

namespace Pile.Builders.Sources.FitsFrames;

/// <summary>What the headers of all frames declare that their rows share.</summary>
internal sealed class FrameFacts
{
    private readonly FrameRecipe recipe;

    /// <summary>Reads all headers. Unreadable frames are reported when their unit is read.</summary>
    /// <exception cref="PileException">The frames are in different units.</exception>
    internal FrameFacts(FrameRecipe recipe, IReadOnlyList<FrameSet> sets)
    {
        this.recipe = recipe;
        Sizes = new (long, long)?[sets.Count];
        string?[] names = new string?[sets.Count];
        FrameFact[]?[] read = new FrameFact[]?[sets.Count];
        Parallel.For(0, sets.Count, i =>
        {
            try
            {
                Frame[] frames = sets[i].Open(recipe);
                names[i] = NameOf(recipe, frames[0]);
                read[i] = Array.ConvertAll(frames, f => new FrameFact(f.Path, f.Header.Hdu ?? "", f.Unit, f.CountOnSky));
                Sizes[i] = (frames[0].Width, frames[0].Height);
            }
            catch (PileException)
            {
                // The unit of these frames reports it, as an error or as a skipped unit.
            }
        });
        AreBandsOfDataset = names.OfType<string>().Distinct(StringComparer.Ordinal).Count() <= 1;
        FrameFact[][] ofBands = [.. recipe.Bands.Select((_, i) => read.OfType<FrameFact[]>().Select(facts => facts[i]).ToArray())];
        Units = [.. recipe.Bands.Select((b, i) => b.Unit ?? b.FileUnit ?? CommonUnit(b, ofBands[i]))];
        Notes = [.. recipe.Bands.SelectMany((b, i) => PixelUnit.Notes(b, ofBands[i].Select(f => (f.Path, f.Unit)))),
            .. recipe.Bands.Select((b, i) => Frame.UnusedNote(b, ofBands[i].Select(f => (f.Path, f.Hdu, f.CountOnSky)))).OfType<string>()];
        if (!AreBandsOfDataset && recipe.Bands[0].WavelengthAngstrom is not null)
            throw new SchemaMismatchException(recipe.Bands[0].Files[0], null,
                $"'wavelength_angstrom' belongs to one band, but the frames have the bands {string.Join(", ",
                    names.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(10))}",
                "Set 'bands' in the recipe's source")
            { IsOfCaller = true };
    }

    /// <summary>Width and height of each set; null if it is unreadable.</summary>
    internal (long Width, long Height)?[] Sizes { get; }

    /// <summary>Whether all rows have the same bands.</summary>
    internal bool AreBandsOfDataset { get; }

    /// <summary>The unit of each band; null if unknown.</summary>
    internal string?[] Units { get; }

    /// <summary>What the user should know about units and images that the recipe ignores.</summary>
    internal IReadOnlyList<string> Notes { get; }

    /// <summary>Returns the bands of a set with their names.</summary>
    internal IReadOnlyList<BandRecipe> BandsOf(Frame first) =>
        recipe.NameKeywords.Count == 0 ? recipe.Bands : [recipe.Bands[0] with { Name = NameOf(recipe, first) }];

    private static string NameOf(FrameRecipe recipe, Frame frame)
    {
        if (recipe.NameKeywords.Count == 0)
            return "";
        foreach (string keyword in recipe.NameKeywords)
            if ((frame.Header.GetText(keyword) ?? frame.Primary.GetText(keyword))?.Trim() is { Length: > 0 } name)
                return name;
        throw new SchemaMismatchException(frame.Path, null,
            $"HDU {frame.Header.Hdu}: the header names no band in {string.Join(" or ", recipe.NameKeywords)}",
            "Set 'band' in the recipe's source, to a name or to '{ keyword: ... }'")
        { IsOfCaller = true };
    }

    private static string? CommonUnit(BandRecipe band, FrameFact[] frames)
    {
        foreach ((string path, _, string? unit, _) in frames)
            if (!PixelUnit.AreEqual(unit, frames[0].Unit))
                throw new SchemaMismatchException(path, null,
                    $"BUNIT is '{unit}', but '{frames[0].Unit}' in {frames[0].Path}",
                    $"Set 'unit'{(band.Name.Length > 0 ? $" of band '{band.Name}'" : "")} in the recipe, if it is the same for all");
        return frames is [var first, ..] ? first.Unit : null;
    }

    private readonly record struct FrameFact(string Path, string Hdu, string? Unit, int CountOnSky);
}
