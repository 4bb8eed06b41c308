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
        FieldKind.Box => Type.StructOf("INTEGER"),
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

    /// <summary>The names of its columns in a state, and of the columns that readers get.</summary>
    internal IEnumerable<string> StateColumns => Type.Kind == FieldKind.Box ? Box.NamesOf(Type.Members).Select(m => $"{Name}.{m}") : [Name];

    /// <summary>True if its values are names of classes, or have some.</summary>
    internal bool HasClasses => Type.Kind == FieldKind.Label || Type.Members.HasFlag(BoxMembers.Class);

    /// <summary>Returns the columns that readers of a dataset get: one, or one for each member of boxes.</summary>
    /// <param name="prefix">The prefix of the layer's columns; empty for none.</param>
    internal IEnumerable<ColumnSchema> ToColumns(string prefix)
    {
        bool isBox = Type.Kind == FieldKind.Box, isList = Type.Kind == FieldKind.List || isBox;
        foreach (string name in StateColumns)
        {
            string member = isBox ? name[(Name.Length + 1)..] : "";
            yield return new ColumnSchema
            {
                Name = prefix + name,
                DType = member == Box.ClassName ? DType.Int32 : Type.Element,
                Shape = isList ? [ColumnSchema.Ragged] : [],
                IsList = isList,
                Nested = isBox ? prefix + Name : null,
                Storage = ColumnStorage.Light,
                Unit = Type.Kind == FieldKind.Time ? "d" : !isBox ? Unit : Box.Sides.Contains(member) ? "pix" : null,
                Ucd = Ucd,
                Description = Description,
                Nullable = true,
                Time = Type.Kind == FieldKind.Time ? new TimeAxis("UTC") : null,
                Categories = isBox && member != Box.ClassName ? []
                    : [.. Categories.Select((category, code) => new CategorySchema(code, category))],
            };
        }
    }

    /// <summary>Returns the name of a column that two fields have, without regard to case; null if all differ.</summary>
    internal static string? SharedNameOf(IEnumerable<LayerField> fields)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        return fields.SelectMany(f => f.StateColumns.Append(f.Name).Distinct()).FirstOrDefault(n => !names.Add(n));
    }

    internal JsonObject ToJson()
    {
        JsonObject json = new() { ["name"] = Name, ["type"] = Type.ToString() };
        if (Unit is not null)
            json["unit"] = Unit;
        if (Ucd is not null)
            json["ucd"] = Ucd;
        if (Description is not null)
            json["description"] = Description;
        if (HasClasses)
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
        if (!field.HasClasses && field.Categories.Length > 0)
            throw json.Invalid($"the field '{name}' has categories but no classes");
        if (field.Categories.Distinct(StringComparer.Ordinal).Count() != field.Categories.Length)
            throw json.Invalid($"the field '{name}' has a category twice");
        return field;
    }
}
