using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Where the image lies that goes with each frame: its noise, or its mask.</summary>
/// <param name="Files">For each of the band's files, in order, the companion's.</param>
/// <param name="Hdu">The HDU there, a name or a number; null for that of the frame.</param>
internal sealed record CompanionRecipe(IReadOnlyList<string> Files, string? Hdu)
{
    /// <summary>Reads <c>replace: [old, new]</c> (in the file's name), <c>files: glob</c> (as many, in the same order), or <c>hdu:</c>
    /// alone (the same file).</summary>
    internal static CompanionRecipe Read(RecipeSource source, YamlMap map, IReadOnlyList<string> frames)
    {
        string? hdu = map.TextOrNull("hdu");
        if (map.Find("replace") is { } replace)
        {
            if (map.Find("files") is not null || replace.AsList().Items is not [var old, var fresh])
                throw replace.Invalid("expected 'replace: [old, new]', and no 'files' beside it");
            return new([.. frames.Select(f => Replace(f, old.AsScalar(), fresh.AsScalar()))], hdu);
        }
        if (map.Find("files") is not { } files)
            return hdu is null ? throw map.Invalid("expected 'replace', 'files' or 'hdu'") : new(frames, hdu);
        IReadOnlyList<string> found = source.Files(files);
        return found.Count == frames.Count ? new(found, hdu)
            : throw files.Invalid($"the band has {frames.Count} frames, but {found.Count} files match here; they go together by the order "
                + "of their names");
    }

    private static string Replace(string frame, YamlScalar old, YamlScalar fresh)
    {
        string name = Path.GetFileName(frame);
        if (!name.Contains(old.Text, StringComparison.Ordinal))
            throw old.Invalid($"the file name '{name}' has no '{old.Text}' in it");
        string companion = Path.Combine(Path.GetDirectoryName(frame)!, name.Replace(old.Text, fresh.Text, StringComparison.Ordinal));
        return File.Exists(companion) ? companion
            : throw new SourceUnreadableException(companion, $"it should go with {name}, but there is no such file",
                "Fetch it, or correct 'replace' in the recipe");
    }
}

/// <summary>A number that holds for a band, or stands in the header of every frame.</summary>
/// <param name="Value">The number, or null.</param>
/// <param name="Keyword">The keyword, or null.</param>
internal sealed record HeaderNumber(double? Value, string? Keyword)
{
    /// <summary>Reads <c>22.5</c>, <c>{ value: 22.5 }</c> or <c>{ keyword: MAGZERO }</c>; other keys are the caller's.</summary>
    internal static HeaderNumber Read(YamlNode node)
    {
        if (node is not YamlMap map)
            return new(node.AsScalar().AsDouble(), null);
        HeaderNumber number = new(map.Find("value")?.AsScalar().AsDouble(), map.TextOrNull("keyword"));
        return number.Value is null == number.Keyword is null ? throw map.Invalid("expected either 'keyword' or 'value'") : number;
    }
}
