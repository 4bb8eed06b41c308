using System.Text;
using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Publishing.Exporting.Stac;

namespace Pile.Publishing.Exporting.Cards;

/// <summary>Writes <c>CITATION.cff</c>, version 1.2.0 of the Citation File Format.</summary>
internal static partial class CitationCard
{
    // The format accepts identifiers of SPDX only; other licences are part of the message.
    [GeneratedRegex(@"^[A-Za-z]+[A-Za-z0-9]*(-[A-Za-z0-9.]+)+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SpdxLike();

    internal static string Write(Manifest manifest)
    {
        Provenance from = manifest.Provenance;
        bool isSpdx = IsSpdx(from.Licence);
        StringBuilder text = new();
        text.Append("cff-version: 1.2.0\n");
        string message = $"If you use this dataset, please cite: {from.Citation}";
        text.Append($"message: {Quoted(isSpdx ? message : $"{message.TrimEnd('.')}. Licence: {from.Licence}")}\n");
        text.Append("type: dataset\n");
        text.Append($"title: {Quoted(manifest.Name)}\n");
        text.Append($"version: {Quoted(manifest.Version)}\n");
        if (manifest.Description is { Length: > 0 } description)
            text.Append($"abstract: {Quoted(description)}\n");
        if (isSpdx)
            text.Append($"license: {from.Licence}\n");
        text.Append($"authors:\n  - name: {Quoted(from.Project)}\n");
        if (!from.Survey.Equals(from.Project, StringComparison.Ordinal))
            text.Append($"  - name: {Quoted(from.Survey)}\n");
        text.Append($"keywords:\n  - {Quoted(manifest.Modality)}\n  - {Quoted(from.Instrument)}\n  - {Quoted(from.Release)}\n");
        return text.ToString();
    }

    internal static bool IsSpdx(string licence) => SpdxLike().IsMatch(licence);

    // A string of JSON is a string of YAML.
    private static string Quoted(string text) => JsonTexts.Quoted(text.ReplaceLineEndings(" "));
}
