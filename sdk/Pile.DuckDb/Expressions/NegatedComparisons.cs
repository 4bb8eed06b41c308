using System.Text;
using System.Text.Json.Nodes;

namespace Pile.DuckDb;

/// <summary>Detects the comparisons that DuckDB's parser has negated: it replaces <c>NOT (x &gt; 2)</c> by <c>x &lt;= 2</c>, which is not
/// the same for NaN.</summary>
/// <remarks>The location of such a comparison is that of the first NOT in the text; otherwise it is that of the operator.</remarks>
internal sealed class NegatedComparisons(string source)
{
    private readonly byte[] utf8 = Encoding.UTF8.GetBytes(source);

    /// <summary>Returns true for an ordering comparison that is preceded by an odd number of NOTs.</summary>
    internal bool Contains(JsonNode comparison)
    {
        if (Opposite(comparison["type"]!.GetValue<string>()) is null)
            return false;
        ulong first = comparison["query_location"]!.GetValue<ulong>(), operand = Start(comparison["left"]);
        int end = (int)Math.Min(operand, (ulong)utf8.Length), nots = 0;
        for (int at = (int)Math.Min(first, (ulong)end); at < end;)
            if (utf8.AsSpan(at, end - at) is var rest && rest.Length >= 3 && Ascii.EqualsIgnoreCase(rest[..3], "NOT"u8))
                (at, nots) = (at + 3, nots + 1);
            else if (rest[0] == '(' || char.IsWhiteSpace((char)rest[0]))
                at++;
            else if (rest.StartsWith("--"u8))
                at += rest.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var length ? length : rest.Length;
            else if (rest.StartsWith("/*"u8))
                at += CommentLength(rest);
            else
                break;
        return nots % 2 == 1;
    }

    /// <summary>Returns the comparison that is true where the given one is false; null for comparisons that NaN does not affect.</summary>
    internal static string? Opposite(string type) => type switch
    {
        "COMPARE_LESSTHAN" => "COMPARE_GREATERTHANOREQUALTO",
        "COMPARE_LESSTHANOREQUALTO" => "COMPARE_GREATERTHAN",
        "COMPARE_GREATERTHAN" => "COMPARE_LESSTHANOREQUALTO",
        "COMPARE_GREATERTHANOREQUALTO" => "COMPARE_LESSTHAN",
        _ => null,
    };

    // An operator is located after its first operand, so the smallest location in the subtree counts. A node without a location has the
    // largest number.
    private static ulong Start(JsonNode? node) => node switch
    {
        JsonArray array => array.Select(Start).DefaultIfEmpty(ulong.MaxValue).Min(),
        JsonObject fields => fields.Select(f => f.Key == "query_location" ? f.Value!.GetValue<ulong>() : Start(f.Value))
            .DefaultIfEmpty(ulong.MaxValue).Min(),
        _ => ulong.MaxValue,
    };

    // SQL comments can be nested.
    private static int CommentLength(ReadOnlySpan<byte> text)
    {
        int depth = 0, at = 0;
        while (at < text.Length - 1)
            if (text[at..].StartsWith("/*"u8))
                (depth, at) = (depth + 1, at + 2);
            else if (!text[at..].StartsWith("*/"u8))
                at++;
            else if ((at += 2) > 0 && --depth == 0)
                return at;
        return text.Length;
    }
}
