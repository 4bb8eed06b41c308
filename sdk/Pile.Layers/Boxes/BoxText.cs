using System.Text.Json;

namespace Pile.Layers;

/// <summary>Parses the boxes of a row from text: <c>[[x, y, width, height], …]</c>, or a list of objects with these members and
/// perhaps <c>class</c> and <c>score</c>.</summary>
internal static class BoxText
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>What a text is, for messages.</summary>
    internal const string Expected = "a list of boxes such as [[10, 20, 30, 40]] (x, y, width, height) or "
        + "[{\"x\": 10, \"y\": 20, \"width\": 30, \"height\": 40, \"class\": \"car\"}]";

    /// <summary>Parses boxes.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="boxes">Boxes of other rows, to which those of the text are added.</param>
    /// <returns>What is wrong with the text; null if nothing is.</returns>
    internal static string? Parse(ReadOnlyMemory<byte> utf8, List<Box> boxes)
    {
        int before = boxes.Count;
        try
        {
            using JsonDocument json = JsonDocument.Parse(utf8, Options);
            if (json.RootElement.ValueKind != JsonValueKind.Array)
                return "a value that is not a list";
            foreach (JsonElement element in json.RootElement.EnumerateArray())
                if (Parse(element, out Box box) is { } fault)
                    return $"box {boxes.Count - before}, which {fault},";
                else
                    boxes.Add(box);
            return null;
        }
        catch (JsonException e)
        {
            return $"text that is not JSON ({e.Message.Split('.')[0]})";
        }
    }

    private static string? Parse(JsonElement element, out Box box)
    {
        box = default;
        double[] sides = new double[Box.Sides.Length];
        if (element.ValueKind == JsonValueKind.Array)
        {
            if (element.GetArrayLength() != sides.Length)
                return $"has {element.GetArrayLength()} numbers instead of {sides.Length}";
            for (int i = 0; i < sides.Length; i++)
                if (!TryNumber(element[i], out sides[i]))
                    return $"has {element[i].GetRawText()} instead of a number";
            box = new Box(sides[0], sides[1], sides[2], sides[3], null, null);
            return null;
        }
        if (element.ValueKind != JsonValueKind.Object)
            return "is neither a list of four numbers nor an object";
        for (int i = 0; i < sides.Length; i++)
            if (!element.TryGetProperty(Box.Sides[i], out JsonElement side) || !TryNumber(side, out sides[i]))
                return $"has no number '{Box.Sides[i]}'";
        string? name = null;
        double? score = null;
        foreach (JsonProperty member in element.EnumerateObject())
            switch (member.Name)
            {
                case Box.ClassName when member.Value.ValueKind == JsonValueKind.String:
                    name = member.Value.GetString();
                    break;
                case Box.ScoreName when TryNumber(member.Value, out double number):
                    score = number;
                    break;
                case Box.ClassName or Box.ScoreName:
                    return $"has {member.Value.GetRawText()} as '{member.Name}' instead of a "
                        + (member.Name == Box.ClassName ? "text" : "number");
                case var other when !Box.Sides.Contains(other):
                    return $"has the unknown member '{other}'; members are {string.Join(", ", Box.NamesOf(BoxMembers.Class
                        | BoxMembers.Score))}";
            }
        box = new Box(sides[0], sides[1], sides[2], sides[3], name, score);
        return null;
    }

    private static bool TryNumber(JsonElement element, out double value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out value);
    }
}
