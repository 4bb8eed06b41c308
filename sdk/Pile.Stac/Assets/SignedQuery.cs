using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pile.Stac;

/// <summary>Removes the query parameters that sign an address, or that contain a key or token; they expire, and are secret until
/// then.</summary>
internal static partial class SignedQuery
{
    /// <summary>Returns an address without signing parameters and without its fragment; other parameters are kept.</summary>
    internal static string Remove(string href)
    {
        int fragment = AssetHref.SchemeOf(href) is "http" or "https" ? href.IndexOf('#', StringComparison.Ordinal) : -1;
        string address = fragment < 0 ? href : href[..fragment];
        int query = address.IndexOf('?', StringComparison.Ordinal);
        if (query < 0)
            return address;
        string[] parameters = address[(query + 1)..].Split('&');
        bool isSas = parameters.Any(p => p.StartsWith("sig=", StringComparison.OrdinalIgnoreCase));
        string rest = string.Join('&', parameters.Where(p => !IsSigning(Uri.UnescapeDataString(p.Split('=')[0]), isSas)));
        return rest.Length == 0 ? address[..query] : $"{address[..query]}?{rest}";
    }

    /// <summary>Returns a JSON or YAML document with the signing parameters of all addresses in it removed; the same memory if there are
    /// none.</summary>
    /// <remarks>This is the form in which a document may be stored. The rest of the bytes is unchanged.</remarks>
    internal static ReadOnlyMemory<byte> RemoveFrom(ReadOnlyMemory<byte> document)
    {
        if (!document.Span.Contains((byte)'?'))
            return document;
        string text = Encoding.UTF8.GetString(document.Span);
        string cleaned = Address.Replace(text, match => Cleaned(match.Value));
        return cleaned == text ? document : Encoding.UTF8.GetBytes(cleaned);
    }

    // In JSON an ampersand may be written as \u0026.
    private static string Cleaned(string address)
    {
        if (!address.Contains('\\', StringComparison.Ordinal))
            return Remove(address) is var plain && plain.Length == address.Length ? address : plain;
        try
        {
            string unescaped = JsonSerializer.Deserialize(Encoding.UTF8.GetBytes($"\"{address}\""), TextContext.Default.String) ?? address;
            string removed = Remove(unescaped);
            return removed == unescaped ? address : JsonEncodedText.Encode(removed).ToString();
        }
        catch (JsonException)
        {
            return address[..address.IndexOf('?', StringComparison.Ordinal)];
        }
    }

    private static bool IsSigning(string name, bool isSas) =>
        name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Goog-", StringComparison.OrdinalIgnoreCase)
        || Secret.IsMatch(name) || (isSas && Sas.IsMatch(name));

    [GeneratedRegex("^(sig|signature|token|access_token|auth|authorization|api[-_]?key|subscription-key|key|password|pwd|secret|policy|"
        + "key-pair-id|expires|awsaccesskeyid|googleaccessid|hdnts|se|st)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Secret { get; }

    // The parameters of a shared access signature of Azure.
    [GeneratedRegex("^(sv|ss|srt|sr|sp|se|st|spr|sip|si|skoid|sktid|skt|ske|sks|skv|saoid|suoid|scid|sdd|ses)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Sas { get; }

    [GeneratedRegex(@"https?:(/|\\/){2}[^\s""'<>]*\?[^\s""'<>]*",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address { get; }

    [System.Text.Json.Serialization.JsonSerializable(typeof(string))]
    private sealed partial class TextContext : System.Text.Json.Serialization.JsonSerializerContext;
}
