using System.Text.RegularExpressions;

namespace Pile.Layers;

/// <summary>A layer as a user names it: <c>[PREFIX=]ADDRESS[@AT]</c>.</summary>
/// <param name="Prefix">The text before the name of each field; empty for none.</param>
/// <param name="Address">The folder or address of the layer.</param>
/// <param name="At">The commit: a number, tag, time or hash; null for the newest.</param>
internal sealed partial record LayerReference(string Prefix, string Address, string? At)
{
    /// <summary>Parses a reference. AT begins after the last <c>@</c> behind the last <c>/</c>; PREFIX ends at the first <c>=</c> if it is
    /// a name.</summary>
    /// <exception cref="ArgumentException">The address or AT is empty.</exception>
    internal static LayerReference Parse(string text)
    {
        string rest = text, prefix = "";
        if (Prefixed().Match(text) is { Success: true } match)
            (prefix, rest) = (match.Groups["prefix"].Value + "_", text[match.Length..]);
        int at = rest.LastIndexOf('@');
        string? commit = at > rest.LastIndexOf('/') ? rest[(at + 1)..] : null;
        string address = commit is null ? rest : rest[..at];
        return address.Length > 0 && commit is not "" ? new LayerReference(prefix, address, commit)
            : throw new ArgumentException($"'{text}' is not a layer: expected [PREFIX=]ADDRESS[@AT], for example notes, notes@v1, "
                + "reviews=s3://bucket/notes@17 or notes@2026-11-01T12:00Z.");
    }

    /// <summary>Checks that a reference to a new layer would name it.</summary>
    /// <exception cref="ArgumentException">The name has an <c>@</c>, after which a reference has a commit.</exception>
    internal static void RequireName(string address)
    {
        string name = address.TrimEnd('/');
        if (name.LastIndexOf('@') > name.LastIndexOf('/'))
            throw new ArgumentException($"'{address}' is not a name for a layer: the text after '@' names a commit, as in notes@17. Choose "
                + "a name without '@'.");
    }

    [GeneratedRegex("^(?<prefix>[A-Za-z_][A-Za-z0-9_]*)=",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Prefixed();
}
