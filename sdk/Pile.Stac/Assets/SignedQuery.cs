using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pile.Stac;

/// <summary>Removes the query parameters that sign an address, or that contain a key or token; they expire, and are secret until
/// then.</summary>
internal static partial class SignedQuery
{
    private const int MostNames = 1000;
    private static readonly ConcurrentDictionary<string, bool> Signs = new(StringComparer.Ordinal);

    /// <summary>Returns an address without signing parameters and without its fragment; other parameters are kept.</summary>
    internal static string Remove(string href)
    {
        if (href.AsSpan().IndexOfAny('?', '#') < 0)
            return href;
        int fragment = AssetHref.SchemeOf(href) is "http" or "https" ? href.IndexOf('#', StringComparison.Ordinal) : -1;
        string address = fragment < 0 ? href : href[..fragment];
        int query = address.IndexOf('?', StringComparison.Ordinal);
        if (query < 0 || IsPlain(address.AsSpan(query + 1)))
            return address;
        string[] parameters = address[(query + 1)..].Split('&');
        bool isSas = parameters.Any(p => p.StartsWith("sig=", StringComparison.OrdinalIgnoreCase));
        string rest = string.Join('&', parameters.Where(p => !IsSigning(Uri.UnescapeDataString(p.Split('=')[0]), isSas)));
        return rest.Length == 0 ? address[..query] : $"{address[..query]}?{rest}";
    }

    /// <summary>Returns a JSON or YAML document with the signing parameters and the user information of all addresses in it removed; the
    /// same memory if nothing is removed.</summary>
    /// <remarks>This is the form in which a document may be stored. The rest of the bytes is unchanged.</remarks>
    internal static ReadOnlyMemory<byte> RemoveFrom(ReadOnlyMemory<byte> document)
    {
        ArrayBufferWriter<byte>? cleaned = null;
        ReadOnlySpan<byte> text = document.Span;
        int copied = 0;
        for (int at = 0; text[at..].IndexOf((byte)'?') is >= 0 and var next; at++)
        {
            int query = at + next, start = text[..query].LastIndexOfAny(Ends) + 1;
            int end = text[query..].IndexOfAny(Ends) is >= 0 and var rest ? query + rest : text.Length;
            if (IsPlain(text[start..end], query - start))
            {
                if (end == text.Length)
                    break;
                at = end;
                continue;
            }
            // An address in a query may be signed too: the match is the first address of the word with a query.
            string word = Encoding.UTF8.GetString(text[start..end]), changed = Address.Replace(word, match => Cleaned(match.Value));
            if (changed != word)
            {
                (cleaned ??= new ArrayBufferWriter<byte>(document.Length)).Write(text[copied..start]);
                Encoding.UTF8.GetBytes(changed, cleaned);
                copied = end;
            }
            if (end == text.Length)
                break;
            at = end;
        }
        if (cleaned is null)
            return AddressUserInfo.RemoveFrom(document);
        cleaned.Write(text[copied..]);
        return AddressUserInfo.RemoveFrom(cleaned.WrittenMemory);
    }

    /// <summary>Returns true for a word of which <see cref="Cleaned"/> changes nothing: one query without escapes whose parameters do not
    /// sign.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> word, int query)
    {
        ReadOnlySpan<byte> parameters = word[(query + 1)..];
        if (parameters.IndexOfAny("?#%\\"u8) >= 0 || word[..query].IndexOfAny((byte)'#', (byte)'\\') >= 0)
            return false;
        foreach (Range part in parameters.Split((byte)'&'))
        {
            ReadOnlySpan<byte> parameter = parameters[part];
            int equals = parameter.IndexOf((byte)'=');
            if (NamePool.Find(equals < 0 ? parameter : parameter[..equals]) is not { } name)
                return false;
            if (Signs.TryGetValue(name, out bool before) ? before : Signing(name))
                return false;
        }
        return true;
    }

    /// <summary>Returns true for a query whose parameters do not sign; false for one that has to be divided to know.</summary>
    private static bool IsPlain(ReadOnlySpan<char> parameters)
    {
        ConcurrentDictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>> known = Signs.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (Range part in parameters.Split('&'))
        {
            ReadOnlySpan<char> parameter = parameters[part];
            int equals = parameter.IndexOf('=');
            ReadOnlySpan<char> name = equals < 0 ? parameter : parameter[..equals];
            if (name.Contains('%') || (known.TryGetValue(name, out bool before) ? before : Signing(name.ToString())))
                return false;
        }
        return !parameters.IsEmpty;
    }

    /// <summary>Returns whether a name is that of a parameter that may sign, and remembers it.</summary>
    private static bool Signing(string name)
    {
        bool isSigning = IsSigning(name, isSas: true) || name.Equals("sig", StringComparison.OrdinalIgnoreCase);
        if (Signs.Count < MostNames)
            Signs.TryAdd(name, isSigning);
        return isSigning;
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

    private static SearchValues<byte> Ends { get; } = SearchValues.Create(" \t\r\n\f\v\"'<>"u8);

    private static bool IsSigning(string name, bool isSas) =>
        name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Goog-", StringComparison.OrdinalIgnoreCase)
        || Secret.IsMatch(name) || (isSas && Sas.IsMatch(name));

    [GeneratedRegex("^(sig|signature|token|access_token|auth|authorization|api[-_]?key|subscription-key|key|password|pwd|secret|policy|"
        + "key-pair-id|expires|awsaccesskeyid|googleaccessid|hdnts|se|st)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Secret { get; }

    // The parameters of a shared access signature of Azure.
    [GeneratedRegex("^(sv|ss|srt|sr|sp|se|st|spr|sip|si|skoid|sktid|skt|ske|sks|skv|saoid|suoid|scid|sdd|ses)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Sas { get; }

    [GeneratedRegex(@"https?:(/|\\/){2}[^\s""'<>]*\?[^\s""'<>]*",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address { get; }

    [System.Text.Json.Serialization.JsonSerializable(typeof(string))]
    private sealed partial class TextContext : System.Text.Json.Serialization.JsonSerializerContext;
}
