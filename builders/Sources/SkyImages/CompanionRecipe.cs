using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The companion images of the frames: their noise or their masks.</summary>
/// <param name="Files">The companion file of each frame, in the order of the frames.</param>
/// <param name="Hdu">The HDU in the companion file, a name or a number; null for the HDU of the frame.</param>
internal sealed record CompanionRecipe(IReadOnlyList<string> Files, string? Hdu)
{
    /// <summary>The HDU for each image of a file, in their order; empty if they are found by the names or numbers of the images, or if
    /// each file has one image.</summary>
    internal IReadOnlyList<string> Hdus { get; private init; } = [];

    /// <summary>Reads <c>replace: [old, new]</c> (in the name of the frame's file), <c>files: glob</c> (as many files, in the same order),
    /// or only <c>hdu:</c> (the same file).</summary>
    /// <param name="source">Resolves the files.</param>
    /// <param name="map">Has the keys.</param>
    /// <param name="frames">The files that the companions belong to.</param>
    /// <param name="hdus">The HDUs of the images in these files; null if each file has one image.</param>
    internal static CompanionRecipe Read(RecipeSource source, YamlMap map, IReadOnlyList<string> frames, ImageHdus? hdus = null)
    {
        YamlNode? key = map.Find("hdu");
        if (hdus is { AreSeveral: true } && key is not null && (key as YamlList)?.Items.Length != hdus.Names.Count)
            throw key.Invalid(hdus.Names.Count == 0 ? "with 'hdu: all', noise and masks in the same file need a list of HDUs here, and one "
                + "in 'hdu' of the band" : $"expected a list of {hdus.Names.Count} HDUs, in the order of 'hdu' of the band");
        string[] each = hdus is { AreSeveral: true } && key is YamlList list ? [.. list.Items.Select(item => item.AsScalar().Text)] : [];
        string? hdu = each.Length > 0 ? null : key?.AsScalar().Text;
        if (map.Find("replace") is null && map.Find("files") is null)
            return key is null ? throw map.Invalid("expected 'replace', 'files' or 'hdu'") : new(frames, hdu) { Hdus = each };
        return new([.. ReadFiles(source, map, frames, isOptional: false).OfType<string>()], hdu) { Hdus = each };
    }

    /// <summary>Reads the keys <c>replace</c> and <c>files</c>, one of which must be there.</summary>
    /// <param name="source">Resolves the files.</param>
    /// <param name="map">Has the keys.</param>
    /// <param name="frames">The files that the companions belong to.</param>
    /// <param name="isOptional">True to return null for a file that <c>replace</c> names and that does not exist.</param>
    internal static IReadOnlyList<string?> ReadFiles(RecipeSource source, YamlMap map, IReadOnlyList<string> frames, bool isOptional)
    {
        if (map.Find("replace") is { } replace)
        {
            if (map.Find("files") is not null || replace.AsList().Items is not [var old, var fresh])
                throw replace.Invalid("expected 'replace: [old, new]' without 'files'");
            return [.. frames.Select(f => Replace(f, old.AsScalar(), fresh.AsScalar(), isOptional))];
        }
        YamlNode files = map.Required("files");
        IReadOnlyList<string> found = source.Files(files);
        if (found.Count != frames.Count)
            throw files.Invalid($"{found.Count} files match, but there are {frames.Count} frames; frames and files are paired in the "
                + "order of their names");
        switch (PairedNames.Compare(frames, found, out int pair))
        {
            case PairedNames.Relation.Different:
                throw files.Invalid($"frames and files are paired in the order of their names, but these belong to different ones: "
                    + $"'{source.NameOf(frames[pair])}' and '{source.NameOf(found[pair])}'. Use 'replace: [old, new]', which derives the "
                    + "name of each file from that of its frame, or correct the names");
            case PairedNames.Relation.Unrelated:
                source.Report($"files are paired in the order of their names, the first '{source.NameOf(frames[0])}' with "
                    + $"'{source.NameOf(found[0])}'; the names do not show whether they belong together. 'replace: [old, new]' derives "
                    + "the name of one from the other");
                break;
        }
        return found;
    }

    private static string? Replace(string frame, YamlScalar old, YamlScalar fresh, bool isOptional)
    {
        string name = Path.GetFileName(frame);
        if (!name.Contains(old.Text, StringComparison.Ordinal))
            throw old.Invalid($"the file name '{name}' does not contain '{old.Text}'");
        string companion = Path.Combine(Path.GetDirectoryName(frame)!, name.Replace(old.Text, fresh.Text, StringComparison.Ordinal));
        return File.Exists(companion) ? companion
            : isOptional ? null
            : throw new SourceUnreadableException(companion, $"there is no such file; it should belong to {name}",
                "Download it, or correct 'replace' in the recipe");
    }
}

/// <summary>A number that applies to a whole band, or is stored in the header of every frame.</summary>
/// <param name="Value">The number; null if there is a keyword.</param>
/// <param name="Keyword">The keyword; null if there is a number.</param>
internal sealed record HeaderNumber(double? Value, string? Keyword)
{
    /// <summary>Reads <c>22.5</c>, <c>{ value: 22.5 }</c> or <c>{ keyword: MAGZERO }</c>; ignores other keys.</summary>
    internal static HeaderNumber Read(YamlNode node)
    {
        if (node is not YamlMap map)
            return new(node.AsScalar().AsDouble(), null);
        HeaderNumber number = new(map.Find("value")?.AsScalar().AsDouble(), map.TextOrNull("keyword"));
        return number.Value is null == number.Keyword is null ? throw map.Invalid("expected either 'keyword' or 'value'") : number;
    }
}
