using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>Maps addresses to where the files are: a folder, a bucket or a mirror. The longest prefix wins.</summary>
internal sealed class MountRules
{
    private readonly ImmutableArray<(string Prefix, string Target)> rules;

    /// <summary>Creates rules.</summary>
    /// <param name="rules">Prefixes of addresses, and what replaces them. A prefix matches whole parts of a path only. An empty prefix
    /// matches everything: then the last name of the address is placed in the target, as a folder of downloaded files has it.</param>
    /// <exception cref="ArgumentException">A prefix occurs twice, or a target is empty or has a scheme that is not allowed.</exception>
    internal MountRules(IEnumerable<KeyValuePair<string, string>> rules)
    {
        this.rules = [.. rules.Select(r => (r.Key.TrimEnd('/'), Target(r.Value))).OrderByDescending(r => r.Item1.Length)];
        for (int i = 1; i < this.rules.Length; i++)
            if (this.rules[i].Prefix == this.rules[i - 1].Prefix)
                throw new ArgumentException($"The mount '{this.rules[i].Prefix}' occurs twice.", nameof(rules));
    }

    /// <summary>No rules: every address is used as it is.</summary>
    internal static MountRules None { get; } = new([]);

    /// <summary>The target of the empty prefix, in which files are found by their names; null if there is no such rule.</summary>
    internal string? Place => rules is [.., { Prefix: "" } last] ? last.Target : null;

    /// <summary>True if <see cref="Place"/> is a bucket or a server: a recipe that names one means its files, also where local ones
    /// exist.</summary>
    internal bool IsPlaceRemote => Place is { } place && AssetHref.SchemeOf(place) is not (null or "file");

    /// <summary>Returns the address after the rules; the same one if none applies.</summary>
    internal string Apply(string address) => TryApply(address, out string mapped) ? mapped : address;

    /// <summary>Applies the rules; returns false if none applies.</summary>
    internal bool TryApply(string address, out string mapped)
    {
        if (TryPrefix(address, out mapped))
            return true;
        if (Place is not { } place)
            return false;
        mapped = $"{place}/{Plain(address[(address.LastIndexOf('/') + 1)..], address, place)}";
        return true;
    }

    /// <summary>Applies the rules that have a prefix; returns false if none applies.</summary>
    internal bool TryPrefix(string address, out string mapped)
    {
        foreach ((string prefix, string target) in rules)
            if (prefix.Length > 0 && address.StartsWith(prefix, StringComparison.Ordinal)
                && (address.Length == prefix.Length || address[prefix.Length] == '/'))
            {
                mapped = target + Plain(address[prefix.Length..], address, target);
                return true;
            }
        mapped = address;
        return false;
    }

    // Addresses of web servers are percent-encoded; paths and keys of buckets are not.
    private static string Plain(string rest, string address, string target) =>
        AssetHref.SchemeOf(address) is "http" or "https" && AssetHref.SchemeOf(target) is null or "s3"
            && !rest.Contains('?', StringComparison.Ordinal) ? Uri.UnescapeDataString(rest) : rest;

    private static string Target(string value)
    {
        string target = value.TrimEnd('/');
        return value.Length == 0 ? throw new ArgumentException("The target of a mount must not be empty.")
            : AssetHref.FindFault(value) is { } fault ? throw new ArgumentException($"The target of a mount, '{value}', is not valid: "
                + $"{fault}.")
            : target;
    }
}
