using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pile.Stac;

/// <summary>Removes the query parameters that sign an address, or that contain a key or token; they expire, and are secret until
/// then.</summary>
internal static partial class SignedQuery
{
    // Where a query or a fragment may begin, also with escapes of addresses (%3F) and of JSON (\u003f).
    private static SearchValues<byte> Starts { get; } = SearchValues.Create("?#%\\"u8);

    /// <summary>Returns an address without signing parameters and without its fragment; other parameters are kept.</summary>
    internal static string Remove(string href)
    {
        if (href.AsSpan().IndexOfAny("?#%") < 0)
            return href;
        int fragment = AssetHref.SchemeOf(href) is "http" or "https" ? href.IndexOf('#', StringComparison.Ordinal) : -1;
        return SignedParameters.Remove(fragment < 0 ? href : href[..fragment], isAddress: true);
    }

    /// <summary>Returns a JSON or YAML document with the signing parameters and the user information of all addresses in it removed; the
    /// same memory if nothing is removed.</summary>
    /// <param name="document">The document.</param>
    /// <param name="isYaml">Whether it is YAML.</param>
    /// <remarks>This is the form in which a document may be stored. The rest of the bytes is unchanged.</remarks>
    internal static ReadOnlyMemory<byte> RemoveFrom(ReadOnlyMemory<byte> document, bool isYaml = false)
    {
        ArrayBufferWriter<byte>? cleaned = null;
        ReadOnlySpan<byte> text = document.Span;
        int copied = 0, at = 0;
        while (text[at..].IndexOfAny(Starts) is >= 0 and var next)
        {
            int query = at + next;
            if (!MayStart(text[query..]))
            {
                at = Math.Min(query + (text[query] == (byte)'\\' ? 2 : 1), text.Length);
                continue;
            }
            (int start, int end) = isYaml ? LineAt(text, query) : StringAt(text, query);
            if (!IsPlain(text[start..end], query - start))
            {
                string before = Encoding.UTF8.GetString(text[start..end]);
                string after = isYaml ? InLine(before) : InString(before, IsHref(text[..start]));
                if (after != before)
                {
                    (cleaned ??= new ArrayBufferWriter<byte>(document.Length)).Write(text[copied..start]);
                    Encoding.UTF8.GetBytes(after, cleaned);
                    copied = end;
                }
            }
            at = end;
        }
        if (cleaned is null)
            return AddressUserInfo.RemoveFrom(document);
        cleaned.Write(text[copied..]);
        return AddressUserInfo.RemoveFrom(cleaned.WrittenMemory);
    }

    private static bool MayStart(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)'%' => text.Length > 2 && (text[1], text[2]) is ((byte)'2', (byte)'3' or (byte)'5') or ((byte)'3', (byte)'F' or (byte)'f'),
        (byte)'\\' => text.Length > 1 && text[1] == (byte)'u',
        _ => true,
    };

    // The string around a place in it: a quote after an odd number of backslashes belongs to it.
    private static (int Start, int End) StringAt(ReadOnlySpan<byte> text, int at)
    {
        int start = at, end = at;
        do
            start = text[..start].LastIndexOf((byte)'"');
        while (start > 0 && IsEscaped(text, start));
        while (end < text.Length && text[end] != (byte)'"')
            end = text[end..].IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var next
                ? Math.Min(end + next + (text[end + next] == (byte)'\\' ? 2 : 0), text.Length) : text.Length;
        return (start + 1, end);
    }

    private static bool IsEscaped(ReadOnlySpan<byte> text, int quote) =>
        ((quote - 1 - text[..quote].LastIndexOfAnyExcept((byte)'\\')) & 1) != 0;

    private static (int Start, int End) LineAt(ReadOnlySpan<byte> text, int at) =>
        (text[..at].LastIndexOfAny((byte)'\n', (byte)'\r') + 1,
            text[at..].IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var next ? at + next : text.Length);

    private static bool IsHref(ReadOnlySpan<byte> before)
    {
        ReadOnlySpan<byte> name = before[..^1].TrimEnd(" \t\r\n"u8);
        return name.EndsWith(":"u8) && name[..^1].TrimEnd(" \t\r\n"u8).EndsWith("\"href\""u8);
    }

    /// <summary>Returns true for a text in which nothing is removed: one query without escapes whose parameters do not sign.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> text, int query)
    {
        ReadOnlySpan<byte> parameters = text[(query + 1)..];
        if (text[query] != (byte)'?' || parameters.IndexOfAny("?#%\\;"u8) >= 0 || text[..query].IndexOfAny((byte)'#', (byte)'\\') >= 0)
            return false;
        foreach (Range part in parameters.Split((byte)'&'))
        {
            ReadOnlySpan<byte> parameter = parameters[part];
            int equals = parameter.IndexOf((byte)'=');
            if (NamePool.Find(equals < 0 ? parameter : parameter[..equals]) is not { } name || SigningNames.MaySign(name))
                return false;
        }
        return true;
    }

    private static string InString(string text, bool isAddress)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return SignedParameters.Remove(text, isAddress);
        try
        {
            string value = JsonSerializer.Deserialize(Encoding.UTF8.GetBytes($"\"{text}\""), TextContext.Default.String) ?? "";
            string removed = SignedParameters.Remove(value, isAddress);
            return removed == value ? text : JsonEncodedText.Encode(removed, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        }
        catch (JsonException) // of YAML, which has more escapes
        {
            return SignedParameters.Remove(text, isAddress);
        }
    }

    // A line of YAML has more than one text, for example in { path: "a.tif", layer: x }.
    private static string InLine(string line) => Scalars.Replace(line, match => match.Value is ['"', .., '"'] quoted
        ? $"\"{InString(quoted[1..^1], IsPath(line, match.Index))}\"" : SignedParameters.Remove(match.Value, isAddress: false));

    private static bool IsPath(string line, int at) => line.AsSpan(0, at).TrimEnd().EndsWith("path:");

    [GeneratedRegex("""
        "([^"\\]|\\.)*"|[^"]+|"
        """, RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Scalars { get; }

    [System.Text.Json.Serialization.JsonSerializable(typeof(string))]
    private sealed partial class TextContext : System.Text.Json.Serialization.JsonSerializerContext;
}
