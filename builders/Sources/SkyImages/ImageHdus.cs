using Pile.Fits;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The HDUs of each file of a band that hold its images: the key <c>hdu</c>.</summary>
internal sealed record ImageHdus
{
    private const string EveryImage = "all";

    private ImageHdus()
    {
    }

    /// <summary>The first image with a celestial WCS.</summary>
    internal static ImageHdus First { get; } = new();

    /// <summary>The names or numbers; empty for <see cref="First"/> and for all images.</summary>
    internal IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>Whether each file has several images, such as one for each CCD: a list, or <c>all</c>.</summary>
    internal bool AreSeveral { get; private init; }

    /// <summary>Reads <c>SCI</c>, <c>[SCI1, SCI2]</c> or <c>all</c>; null for <see cref="First"/>.</summary>
    internal static ImageHdus Read(YamlNode? node) => node switch
    {
        null => First,
        YamlList { Items: [] } list => throw list.Invalid("at least one HDU is needed"),
        YamlList list => new() { Names = [.. list.Items.Select(item => item.AsScalar().Text)], AreSeveral = true },
        _ when node.AsScalar().Text == EveryImage => new() { AreSeveral = true },
        _ => new() { Names = [node.AsScalar().Text] },
    };

    /// <summary>Finds the HDUs in a file.</summary>
    /// <exception cref="FitsException">There is no such HDU, or two images of <c>all</c> have the same WCS.</exception>
    internal IReadOnlyList<FitsHdu> Find(FitsFile file)
    {
        if (Names.Count > 0)
        {
            FitsHdu[] named = [.. Names.Select(name => ImageFiles.FindHdu(file, name))];
            return named.CountBy(h => h.Index).FirstOrDefault(h => h.Value > 1) is { Value: > 1, Key: var twice }
                ? throw new FitsException(file.Path, file.Hdu(twice).Label, "'hdu' in the recipe lists it twice. Correct the recipe.")
                : named;
        }
        if (!AreSeveral)
            return file.Hdus.FirstOrDefault(IsOnSky) is { } first ? [first] : throw NotOnSky(file);
        FitsHdu[] all = [.. file.Hdus.Where(IsOnSky)];
        if (all.GroupBy(WcsText, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } same)
            throw new FitsException(file.Path, same.ElementAt(1).Label, $"it has the WCS of HDU {same.First().Label}, so that only one of "
                + $"them may hold pixels. Set 'hdu' in the recipe to a list of the images, such as [{same.First().Index}].");
        return all.Length > 0 ? all : throw NotOnSky(file);
    }

    /// <summary>Lists the images of a file.</summary>
    /// <exception cref="FitsException">The file is unreadable, or has no such HDU.</exception>
    internal ImageOfFile[] List(string path)
    {
        using FitsFile file = FitsFile.OpenRead(path);
        IReadOnlyList<FitsHdu> found = Find(file);
        return [.. LabelsOf(found).Select((label, place) => new ImageOfFile(found[place].Index, place, label))];
    }

    /// <summary>Counts the images with different celestial coordinates, if only the first is used: those of the file, or those with the
    /// name in the recipe.</summary>
    internal int CountOnSky(FitsFile file) => AreSeveral || file.Hdus.Count == 1 ? 1
        : Math.Max(1, file.Hdus.Where(h => IsImage(h) && (Names.Count == 0 || h.Name.Equals(Names[0], StringComparison.OrdinalIgnoreCase)))
            .Select(WcsText).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).Count());

    /// <summary>Returns a name for each of some HDUs of a file: EXTNAME, or with EXTVER as in <c>SCI,2</c> if several have the same
    /// EXTNAME; the number if that does not tell them apart.</summary>
    internal static string[] LabelsOf(IReadOnlyList<FitsHdu> hdus)
    {
        string[] labels = [.. hdus.Select(h => h.Name.Length == 0 ? $"{h.Index}" : hdus.Count(o => IsOf(o, h)) == 1 ? h.Name
            : hdus.Count(o => IsOf(o, h) && o.Version == h.Version) == 1 ? $"{h.Name},{h.Version}" : $"{h.Index}")];
        return labels.Distinct(StringComparer.OrdinalIgnoreCase).Count() == labels.Length ? labels : [.. hdus.Select(h => $"{h.Index}")];

        static bool IsOf(FitsHdu one, FitsHdu other) => one.Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsImage(FitsHdu hdu) => hdu.Kind is FitsHduKind.Image && hdu.Axes.Count >= 2;

    private static bool IsOnSky(FitsHdu hdu)
    {
        if (!IsImage(hdu) || !Wcs.TryOpen(hdu.Header, out Wcs? wcs))
            return false;
        wcs.Dispose();
        return true;
    }

    /// <summary>Returns the celestial cards of an image, without comments; empty if it has no usable ones.</summary>
    private static string WcsText(FitsHdu hdu)
    {
        try
        {
            WcsKeywords keywords = new(hdu.Header);
            return keywords.HasCelestialAxes
                ? string.Join('\n', keywords.Shift(0, 0).Select(card => $"{card.Keyword} = {card.Value}")) : "";
        }
        catch (FitsException)
        {
            return ""; // a reference pixel or a scale that is not a number
        }
    }

    private static FitsException NotOnSky(FitsFile file) => new(file.Path, null,
        $"no image in it has a celestial WCS (CTYPE such as 'RA---TAN', 'DEC--TAN'). {file.Contents()}");
}
