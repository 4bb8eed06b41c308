using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Pile.Format;

namespace Pile.Layers;

/// <summary>The definition of a field as of a commit.</summary>
internal sealed record LayerField
{
    private const int MaxNameBytes = 200;

    internal required string Name { get; init; }

    internal required FieldType Type { get; init; }

    /// <summary>The unit as a FITS or VO unit string; null if unknown.</summary>
    internal string? Unit { get; init; }

    internal string? Ucd { get; init; }

    internal string? Description { get; init; }

    /// <summary>The names of the classes of a label; the code of each is its place. Names are only ever appended.</summary>
    internal ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>The type of the field in a state, in DuckDB's SQL.</summary>
    internal string StateSql => Type.Kind switch
    {
        FieldKind.Label => "INTEGER",
        FieldKind.Time => "DOUBLE",
        FieldKind.Blob => "VARCHAR",
        _ => Type.PatchSql,
    };

    /// <summary>Returns what is wrong with the name of a field; null for a legal one.</summary>
    internal static string? FaultOf(string name) =>
        ColumnNames.FindFault(name) is { } fault ? fault
        : name.StartsWith(ColumnNames.PiecePrefix, StringComparison.OrdinalIgnoreCase) ? "names with '_pile_' at their start are reserved"
        : name.Equals(LayerPaths.ObjectId, StringComparison.OrdinalIgnoreCase) ? "the id of a row is not a field"
        : name.Any(char.IsControl) ? "a name must not contain control characters"
        : System.Text.Encoding.UTF8.GetByteCount(name) > MaxNameBytes ? $"a name must have at most {MaxNameBytes} bytes as UTF-8"
        : null;

    /// <summary>Returns the column that readers of a dataset get.</summary>
    /// <param name="prefix">The prefix of the layer's columns; empty for none.</param>
    internal ColumnSchema ToColumn(string prefix) => new()
    {
        Name = prefix + Name,
        DType = Type.Element,
        Shape = Type.Kind == FieldKind.List ? [ColumnSchema.Ragged] : [],
        IsList = Type.Kind == FieldKind.List,
        Storage = ColumnStorage.Light,
        Unit = Type.Kind == FieldKind.Time ? "d" : Unit,
        Ucd = Ucd,
        Description = Description,
        Nullable = true,
        Time = Type.Kind == FieldKind.Time ? new TimeAxis("UTC") : null,
        Categories = [.. Categories.Select((name, code) => new CategorySchema(code, name))],
    };

    internal JsonObject ToJson()
    {
        JsonObject json = new() { ["name"] = Name, ["type"] = Type.ToString() };
        if (Unit is not null)
            json["unit"] = Unit;
        if (Ucd is not null)
            json["ucd"] = Ucd;
        if (Description is not null)
            json["description"] = Description;
        if (Type.Kind == FieldKind.Label)
            json["categories"] = new JsonArray([.. Categories.Select(c => JsonValue.Create(c))]);
        return json;
    }

    internal static LayerField Read(JsonMap json)
    {
        json.RequireKeys("name", "type", "unit", "ucd", "description", "categories");
        string name = json.Text("name");
        if (FaultOf(name) is { } fault)
            throw json.Invalid($"the field '{name}': {fault}");
        if (!FieldType.TryParse(json.Text("type"), out FieldType? type))
            throw json.Invalid($"the field '{name}' has the unknown type '{json.Text("type")}'; the types are {FieldType.Known}");
        LayerField field = new()
        {
            Name = name,
            Type = type.Value,
            Unit = json.TextOrNull("unit"),
            Ucd = json.TextOrNull("ucd"),
            Description = json.TextOrNull("description"),
            Categories = json.Has("categories") ? [.. json.Texts("categories")] : [],
        };
        if (field.Type.Kind != FieldKind.Label && field.Categories.Length > 0)
            throw json.Invalid($"the field '{name}' has categories but is not a label");
        if (field.Categories.Distinct(StringComparer.Ordinal).Count() != field.Categories.Length)
            throw json.Invalid($"the field '{name}' has a category twice");
        return field;
    }
}
