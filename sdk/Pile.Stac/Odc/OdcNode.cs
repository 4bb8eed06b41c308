using System.Globalization;
using System.Text.Json;

namespace Pile.Stac;

/// <summary>A value of an ODC document with its place, for messages.</summary>
/// <param name="Json">The value.</param>
/// <param name="Path">The names that lead to it, such as <c>grids.default.shape</c>.</param>
/// <param name="Origin">The file and document.</param>
internal readonly record struct OdcNode(JsonElement Json, string Path, OdcOrigin Origin)
{
    /// <summary>True for a mapping.</summary>
    internal bool IsMap => Json.ValueKind is JsonValueKind.Object;

    /// <summary>The entries of a mapping.</summary>
    /// <exception cref="SceneInvalidException">The value is not a mapping.</exception>
    internal IEnumerable<(string Key, OdcNode Value)> Entries()
    {
        RequireMap();
        foreach (JsonProperty entry in Json.EnumerateObject())
            yield return (entry.Name, new OdcNode(entry.Value, Join(entry.Name), Origin));
    }

    /// <summary>The items of a list.</summary>
    /// <exception cref="SceneInvalidException">The value is not a list.</exception>
    internal IEnumerable<OdcNode> Items()
    {
        if (Json.ValueKind is not JsonValueKind.Array)
            throw Invalid(Shown, "a list");
        int i = 0;
        foreach (JsonElement item in Json.EnumerateArray())
            yield return new OdcNode(item, $"{Path}[{i++}]", Origin);
    }

    /// <summary>Returns the value of a key; null if it is missing or null.</summary>
    /// <exception cref="SceneInvalidException">This value is not a mapping.</exception>
    internal OdcNode? Find(string key)
    {
        RequireMap();
        return Json.TryGetProperty(key, out JsonElement value) && value.ValueKind is not JsonValueKind.Null
            ? new OdcNode(value, Join(key), Origin) : null;
    }

    /// <summary>Returns the value of a key.</summary>
    /// <exception cref="SceneInvalidException">The key is missing.</exception>
    internal OdcNode Required(string key) =>
        Find(key) ?? throw Origin.Invalid(SceneProblem.InvalidValue, Join(key), "the key is missing");

    /// <summary>Returns this value as text; a number or boolean as it would be written.</summary>
    internal string Text() => Json.ValueKind switch
    {
        JsonValueKind.String => Json.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Json.GetRawText(),
        _ => throw Invalid(Shown, "a text"),
    };

    /// <summary>Returns this value as a finite number; a text with a number too, since documents quote them.</summary>
    internal double Number() => Json.ValueKind is JsonValueKind.Number && Json.TryGetDouble(out double number) && double.IsFinite(number)
        || (Json.ValueKind is JsonValueKind.String && double.TryParse(Json.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture,
            out number) && double.IsFinite(number)) ? number : throw Invalid(Shown, "a finite number");

    /// <summary>Returns this value as a number, NaN or infinity.</summary>
    internal double NumberOrNaN() => Json.ValueKind is JsonValueKind.String ? Json.GetString()!.ToUpperInvariant() switch
    {
        "NAN" => double.NaN,
        "INF" => double.PositiveInfinity,
        "-INF" => double.NegativeInfinity,
        _ => Number(),
    } : Number();

    /// <summary>Returns this value as an integer in a range.</summary>
    internal long Integer(long least, long most) =>
        Number() is var number && number == Math.Floor(number) && number >= least && number <= most
            ? (long)number : throw Invalid(Shown, $"an integer from {least} to {most}");

    /// <summary>Returns a list of numbers.</summary>
    internal double[] Numbers() => [.. Items().Select(item => item.Number())];

    /// <summary>Returns the value as JSON.</summary>
    internal JsonValue ToValue() => new(System.Text.Encoding.UTF8.GetBytes(Json.GetRawText()));

    /// <summary>Creates an error about this value.</summary>
    internal SceneInvalidException Invalid(string found, string expected) =>
        Origin.Invalid(SceneProblem.InvalidValue, Path, $"found {found}, expected {expected}");

    internal string Shown => Json.ValueKind switch
    {
        JsonValueKind.Object => "a mapping",
        JsonValueKind.Array => "a list",
        _ => $"'{SceneInvalidException.Shown(Json.ToString())}'",
    };

    private void RequireMap()
    {
        if (!IsMap)
            throw Invalid(Shown, "a mapping");
    }

    private string Join(string key) => Path.Length == 0 ? key : $"{Path}.{key}";
}
