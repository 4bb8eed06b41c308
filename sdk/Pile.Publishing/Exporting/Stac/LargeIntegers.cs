using System.Text.Json;
using Pile.DuckDb;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>Values with integers beyond int64, which DuckDB would read as float64: they are kept as JSON text in the member <c>large</c> of
/// a line, and are UBIGINT in the file if all values of the property fit, otherwise JSON text, as values of different types are.</summary>
internal sealed class LargeIntegers
{
    private const string Member = "large", Prefix = "p"; // a name of its own for each: DuckDB compares names without case

    private readonly List<string> found = [];
    private readonly HashSet<string> others = new(StringComparer.Ordinal), withOtherKinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> ofLine = new(StringComparer.Ordinal);

    /// <summary>Adds a value. Returns false if it is kept as text, and thus must not be written to the line.</summary>
    internal bool Add(string property, JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetUInt64(out _))
            withOtherKinds.Add(property);
        if (!IsLarge(value))
        {
            others.Add(property);
            return true;
        }
        if (!found.Contains(property))
            found.Add(property);
        ofLine.Add(property, value.GetRawText());
        return false;
    }

    /// <summary>Writes what is kept of a line, and begins the next one.</summary>
    internal void WriteTo(Utf8JsonWriter json)
    {
        if (ofLine.Count == 0)
            return;
        json.WriteStartObject(Member);
        foreach ((string property, string text) in ofLine)
            json.WriteString(NameOf(property), $"{Prefix}{text}"); // a text of digits alone might become a number
        json.WriteEndObject();
        ofLine.Clear();
    }

    /// <summary>Returns SQL for the values of a property.</summary>
    /// <param name="property">The property.</param>
    /// <param name="written">SQL for the values that were written.</param>
    internal string ColumnOf(string property, string written)
    {
        if (!found.Contains(property))
            return written;
        string? column = others.Contains(property) ? written : null;
        string text = $"{Member}.{DuckDbSql.Identifier(NameOf(property))}[{Prefix.Length + 1}:]";
        return withOtherKinds.Contains(property)
            ? column is null ? $"{text}::JSON" : $"coalesce({text}::JSON, to_json({column}))"
            : $"coalesce({text}::UBIGINT, {column ?? "NULL"}::UBIGINT)";
    }

    private string NameOf(string property) => FormattableString.Invariant($"{Prefix}{found.IndexOf(property)}");

    private static bool IsLarge(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => !value.TryGetInt64(out _) && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E'),
        JsonValueKind.Array => value.EnumerateArray().Any(IsLarge),
        JsonValueKind.Object => value.EnumerateObject().Any(member => IsLarge(member.Value)),
        _ => false,
    };
}
