using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Pile.Stac;

/// <summary>Names of parameters that sign an address, or that contain a key or token.</summary>
internal static partial class SigningNames
{
    private const int MostNames = 1000, MostEncodings = 4;
    private static readonly ConcurrentDictionary<string, bool> Signs = new(StringComparer.Ordinal);

    /// <summary>Returns whether a name may be that of a signing parameter, also one of Azure, and remembers it.</summary>
    /// <param name="name">The name, without percent-encoded characters.</param>
    internal static bool MaySign(string name)
    {
        if (Signs.TryGetValue(name, out bool before))
            return before;
        bool isSigning = IsSigning(name, isSas: true);
        if (Signs.Count < MostNames)
            Signs.TryAdd(name, isSigning);
        return isSigning;
    }

    /// <summary>Returns whether a name is that of a signing parameter.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isSas">Whether the address has a shared access signature of Azure, most of whose parameters have short names.</param>
    internal static bool IsSigning(string name, bool isSas) => Secret.IsMatch(name) || (isSas && Sas.IsMatch(name));

    /// <summary>Returns whether a name is that of a signing parameter, and not also a word of texts.</summary>
    internal static bool IsOnlyOfAddresses(string name) => Secret.IsMatch(name) && !Word.IsMatch(name);

    /// <summary>Returns whether a name is that of the signature of Azure.</summary>
    internal static bool IsSasSignature(string name) => name.Equals("sig", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns a name without percent-encoded characters; those of an address in a query are encoded more than once.</summary>
    internal static string Decoded(string name)
    {
        for (int i = 0; i < MostEncodings && name.Contains('%', StringComparison.Ordinal); i++)
            name = Uri.UnescapeDataString(name);
        return name;
    }

    // A token has any words before it, of which only separators, brackets and capitals show that they are words. The names with q- are
    // those of Tencent.
    [GeneratedRegex("^(X-Amz-.*|X-Goog-.*|x-oss-(signature.*|credential|security-token)|"
        + "q-(ak|signature|sign-.*|key-time|header-list|url-param-list)|sig|signature|hmac|sas|credentials?|"
        + @"(.*[-_.\[]|access|api|app|auth|edl|id|refresh|security|session|private|sas|user|(?-i:.*[a-z0-9](?=T)))?token(\]|\[\])*|"
        + "jwt|auth|authorization|(.*[-_])?(api|app)[-_]?key|j?session[-_]?id|"
        + "(ocp-apim-)?subscription-key|key|(client[-_]?)?secret|secret[-_]?key|access[-_]?key([-_]?id)?|password|passwd|pwd|policy|"
        + "key-pair-id|expires|(aws|oss|google)access(key)?id|hdnts|hdnea|se|st)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Secret { get; }

    [GeneratedRegex("^(auth|key|policy|expires|se|secret|st)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word { get; }

    // The parameters of a shared access signature of Azure.
    [GeneratedRegex("^(sv|ss|srt|sr|sp|se|st|spr|sip|si|skoid|sktid|skt|ske|sks|skv|saoid|suoid|scid|sdd|ses)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Sas { get; }
}
