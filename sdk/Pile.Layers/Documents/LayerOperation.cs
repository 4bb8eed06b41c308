using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Pile.Layers;

/// <summary>One operation of a commit; the properties that its kind does not need are empty.</summary>
internal sealed record LayerOperation
{
    private static readonly string[] Words = ["add-field", "rename-field", "drop-field", "set", "unset", "remove-rows", "forget"];

    internal required OperationKind Kind { get; init; }

    /// <summary>The field that is added, renamed or dropped.</summary>
    internal string Field { get; init; } = "";

    /// <summary>The new name.</summary>
    internal string To { get; init; } = "";

    /// <summary>The fields that are set or unset.</summary>
    internal ImmutableArray<string> Fields { get; init; } = [];

    /// <summary>The SHA-256 of the patch; empty without one.</summary>
    internal string Patch { get; init; } = "";

    /// <summary>The length of the patch.</summary>
    internal long Bytes { get; init; }

    /// <summary>The number of its rows.</summary>
    internal long Rows { get; init; }

    /// <summary>The table that the values are from; empty if they are not from a file.</summary>
    internal string SourceName { get; init; } = "";

    /// <summary>The SHA-256 of that table.</summary>
    internal string SourceSha256 { get; init; } = "";

    /// <summary>The packs with the bytes of the blobs that are set.</summary>
    internal ImmutableArray<BlobPack> Packs { get; init; } = [];

    /// <summary>The patches that were deleted.</summary>
    internal ImmutableArray<string> Patches { get; init; } = [];

    internal bool HasPatch => Kind is OperationKind.Set or OperationKind.Unset or OperationKind.RemoveRows;

    internal string Word => Words[(int)Kind];

    internal JsonObject ToJson()
    {
        JsonObject json = new() { ["op"] = Word };
        if (Field.Length > 0)
            json["field"] = Field;
        if (To.Length > 0)
            json["to"] = To;
        if (Kind is OperationKind.Set or OperationKind.Unset)
            json["fields"] = ArrayOf(Fields);
        if (HasPatch)
            (json["patch"], json["bytes"], json["rows"]) = (Patch, Bytes, Rows);
        if (SourceName.Length > 0)
            json["source"] = new JsonObject { ["name"] = SourceName, ["sha256"] = SourceSha256 };
        if (Packs.Length > 0)
            json["packs"] = new JsonArray([.. Packs.Select(p => new JsonObject { ["sha256"] = p.Sha256, ["bytes"] = p.Bytes })]);
        if (Kind == OperationKind.Forget)
            json["patches"] = ArrayOf(Patches);
        return json;
    }

    internal static LayerOperation Read(JsonMap json)
    {
        int kind = Array.IndexOf(Words, json.Text("op"));
        if (kind < 0)
            throw json.Invalid($"there is no operation '{json.Text("op")}'; the operations are {string.Join(", ", Words)}");
        LayerOperation operation = new() { Kind = (OperationKind)kind };
        switch (operation.Kind)
        {
            case OperationKind.AddField or OperationKind.DropField:
                json.RequireKeys("op", "field");
                return operation with { Field = json.Text("field") };
            case OperationKind.RenameField:
                json.RequireKeys("op", "field", "to");
                return operation with { Field = json.Text("field"), To = json.Text("to") };
            case OperationKind.Forget:
                json.RequireKeys("op", "patches");
                return operation with { Patches = Hashes(json, "patches") };
            case OperationKind.RemoveRows:
                json.RequireKeys("op", "patch", "bytes", "rows");
                return WithPatch(operation, json);
            case OperationKind.Unset:
                json.RequireKeys("op", "fields", "patch", "bytes", "rows");
                return WithPatch(operation, json) with { Fields = [.. json.Texts("fields")] };
            default:
                json.RequireKeys("op", "fields", "patch", "bytes", "rows", "source", "packs");
                JsonMap? source = json.MapOrNull("source");
                source?.RequireKeys("name", "sha256");
                return WithPatch(operation, json) with
                {
                    Fields = [.. json.Texts("fields")],
                    SourceName = source?.Text("name") ?? "",
                    SourceSha256 = source?.Sha256("sha256") ?? "",
                    Packs = json.Has("packs") ? [.. json.Maps("packs").Select(PackOf)] : [],
                };
        }
    }

    private static BlobPack PackOf(JsonMap json)
    {
        json.RequireKeys("sha256", "bytes");
        return new BlobPack("", json.Sha256("sha256"), json.Integer("bytes"));
    }

    private static LayerOperation WithPatch(LayerOperation operation, JsonMap json) =>
        operation with { Patch = json.Sha256("patch"), Bytes = json.Integer("bytes"), Rows = json.Integer("rows") };

    private static ImmutableArray<string> Hashes(JsonMap json, string key) => [.. json.Texts(key).Select(h => LayerPaths.IsSha256(h) ? h
        : throw json.Invalid($"'{h}' is not a SHA-256 of 64 lower-case hexadecimal digits"))];

    private static JsonArray ArrayOf(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
