using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Pile.CrossMatch;

/// <summary>What the parts of a match have in common: version, inputs and parameters, as lines of a key and a value.</summary>
/// <param name="Lines">The lines.</param>
internal sealed record PartIdentity(ImmutableArray<(string Key, string Value)> Lines)
{
    // They do not change the pairs, or what is written of them.
    private static readonly string[] WithoutEffect = [nameof(CrossMatchOptions.Workers), nameof(CrossMatchOptions.MemoryBytes),
        nameof(CrossMatchOptions.Progress), nameof(CrossMatchOptions.OnMessage)];

    /// <summary>Describes a match whose sides are open.</summary>
    internal static async Task<PartIdentity> OfAsync(MatchRequest request, OpenSides sides, CancellationToken cancellationToken)
    {
        if (request.Options.WithProbability)
            throw new ArgumentException("CrossMatchOptions.WithProbability needs all candidates of a row, but tasks keep those that were "
                + "chosen. Match in one process.");
        if (request.Options.Pairs is not null)
            throw new ArgumentException("CrossMatchOptions.Pairs are already found; tasks would only repeat their reading. Match in one "
                + "process.");
        List<(string, string)> lines =
        [
            ("version", typeof(PartIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                .Split('+')[0] ?? ""),
        ];
        await AddAsync("A", request.A, sides.A, sides.IdentityA).ConfigureAwait(false);
        if (!request.IsSelf)
            await AddAsync("B", request.B, sides.B, sides.IdentityB).ConfigureAwait(false);
        foreach (PropertyInfo property in typeof(CrossMatchOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => !WithoutEffect.Contains(p.Name)).OrderBy(p => p.Name, StringComparer.Ordinal))
            if (TextOf(property.GetValue(request.Options)) is { Length: > 0 } value)
                lines.Add(($"CrossMatchOptions.{property.Name}", value));
        return new PartIdentity([.. lines]);

        async Task AddAsync(string letter, MatchSide side, PreparedSide opened, SideIdentity identity)
        {
            lines.Add(($"the name of {letter}", $"{identity.Kind} {identity.Name} {identity.Version}".TrimEnd()));
            lines.Add(($"the selection of {letter}", identity.Selection));
            lines.Add(($"the content of {letter}", Hash(string.Join(' ', await side.ContentAsync(cancellationToken).ConfigureAwait(false),
                identity.Query, identity.Root))));
            // The rows of a loaded side are numbered after it was pruned.
            lines.Add(($"the number of rows of {letter}", string.Create(CultureInfo.InvariantCulture,
                $"{opened.Positions.Count} of {opened.RowCount}")));
        }
    }

    /// <summary>Returns the lines as text.</summary>
    internal string ToText() => string.Concat(Lines.Select(l => $"{l.Key}\t{l.Value}\n"));

    /// <summary>Returns the first difference to the text of another match; null without one.</summary>
    internal string? DifferenceTo(string text)
    {
        Dictionary<string, string> other = new(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split('\t', 2) is [var key, var value])
                other[key] = value;
        foreach ((string key, string value) in Lines)
            if (!other.Remove(key, out string? found) || found != value)
                return $"{key} is {found ?? "not set"}, expected {value}";
        return other.Count == 0 ? null : $"{other.First().Key} is {other.First().Value}, expected no value";
    }

    // Line breaks separate the lines.
    private static string TextOf(object? value) => (value switch
    {
        null => "",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable values => string.Join(", ", values.Cast<object?>().Select(TextOf)),
        _ => value.ToString() ?? "",
    }).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
