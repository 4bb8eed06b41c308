using System.Text.Json;

namespace Pile.Publishing.Exporting.Stac;

/// <summary>The names of the members of JSON objects that become fields of structs, which must have names that differ not only in
/// case.</summary>
internal sealed class MemberNames
{
    private readonly Dictionary<string, string> names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds the names in a value, at any depth, and returns what a struct cannot have; null if it can have all of them.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">The names that lead to it. Elements of a list have the path of the list.</param>
    internal string? Add(JsonElement value, string path)
    {
        if (value.ValueKind is JsonValueKind.Array)
            return value.EnumerateArray().Select(element => Add(element, path)).FirstOrDefault(fault => fault is not null);
        if (value.ValueKind is not JsonValueKind.Object)
            return null;
        foreach (JsonProperty member in value.EnumerateObject())
        {
            string place = $"{path}.{member.Name}";
            if (member.Name.Length == 0)
                return $"'{path}' has a member without a name";
            if (!names.TryAdd(place, member.Name) && names[place] is var known && known != member.Name)
                return $"the names '{known}' and '{member.Name}' in '{path}' differ only in case";
            if (Add(member.Value, place) is { } fault)
                return fault;
        }
        return null;
    }
}
