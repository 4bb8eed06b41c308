using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>All layouts, and the choice of one for a dataset.</summary>
internal static class MmuLayouts
{
    private static readonly ImmutableArray<MmuLayout> OfLoaders =
    [
        new SdssLayout(), new DesiLayout(), new LegacySurveyLayout(), new HscLayout(), new PlasticcLayout(), new TessLayout(),
        new KeplerLayout(), new GaiaLayout(), new MangaLayout(),
    ];

    /// <summary>The names that <see cref="ExportOptions.Layout"/> can have.</summary>
    internal static ImmutableArray<string> Names { get; } = [.. OfLoaders.Select(layout => layout.Name), .. Modality.Names];

    /// <summary>Returns the requested layout, or the one for a dataset's survey, or else that of its modality.</summary>
    /// <exception cref="ArgumentException">There is no such layout, or it is for another modality.</exception>
    internal static MmuLayout Choose(Manifest manifest, string? requested)
    {
        if (requested is null)
            return Guess(manifest) ?? new PlainLayout(manifest.Modality);
        MmuLayout layout = OfLoaders.FirstOrDefault(l => l.Name == requested)
            ?? (Modality.Names.Contains(requested) ? new PlainLayout(requested)
                : throw new ArgumentException(
                    $"ExportOptions.Layout '{requested}' is unknown; the layouts are {string.Join(", ", Names)}.", nameof(requested)));
        return layout.Modality == manifest.Modality ? layout
            : throw new ArgumentException($"ExportOptions.Layout '{requested}' is for the modality '{layout.Modality}'; the dataset "
                + $"'{manifest.Name}' has '{manifest.Modality}'.", nameof(requested));
    }

    /// <summary>Returns the words of a text, in lower case.</summary>
    internal static string[] WordsOf(string text) =>
        new string([.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static MmuLayout? Guess(Manifest manifest)
    {
        Provenance p = manifest.Provenance;
        foreach (string text in (ReadOnlySpan<string>)[p.Survey, p.Project, p.Instrument, p.Release, manifest.Name])
        {
            string[] words = WordsOf(text);
            if (OfLoaders.FirstOrDefault(l => l.Modality == manifest.Modality && l.Words.Any(words.Contains)) is { } found)
                return found;
        }
        return null;
    }

}
