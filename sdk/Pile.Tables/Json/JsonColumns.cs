using System.Collections.Immutable;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Tables.Json;

/// <summary>Derives the columns of a JSON Lines file from its keys.</summary>
internal static class JsonColumns
{
    /// <summary>Returns the columns, in the order of their first appearance. The keys of an object are consecutive.</summary>
    /// <param name="root">The key that contains the lines.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="options">The columns with given types.</param>
    /// <exception cref="ValueInvalidException">No type represents all numbers of a column exactly.</exception>
    internal static ImmutableArray<JsonColumn> Of(JsonKey root, string path, long rowCount, TableReadOptions options)
    {
        List<(JsonKey Key, JsonKey? List)> leaves = [];
        Add(leaves, root, list: null);
        string[] names = UniqueNames.Of([.. leaves.Select(leaf => leaf.Key.Path)]);
        return [.. leaves.Select((leaf, i) => (leaf.Key, leaf.List, Name: names[i]))
            .Where(leaf => leaf.Key.Profile.Form is not JsonForm.Null || !options.EmptyColumns.Contains(leaf.Name)).Select(leaf =>
            new JsonColumn(SchemaOf(leaf.Key, leaf.List, leaf.Name, path, rowCount, options), leaf.Key, leaf.List))];
    }

    /// <summary>Returns whether an element of a list is missing.</summary>
    internal static bool HasMissing(JsonKey key, JsonKey? list) => list is not null && key.Profile.Values < list.Profile.Elements;

    private static void Add(List<(JsonKey Key, JsonKey? List)> leaves, JsonKey parent, JsonKey? list)
    {
        foreach (JsonKey key in parent.Children)
            switch (key.Profile.Form)
            {
                case JsonForm.Object: Add(leaves, key, list); break;
                case JsonForm.Objects: Add(leaves, key, key); break;
                case JsonForm.Scalars or JsonForm.EmptyList: leaves.Add((key, key)); break;
                default: leaves.Add((key, list)); break;
            }
    }

    private static ColumnSchema SchemaOf(JsonKey key, JsonKey? list, string name, string path, long rowCount,
        TableReadOptions options)
    {
        DType type = options.TextColumns.Contains(name) ? DType.String : options.TextTypes.TryGetValue(name, out DType given) ? given
            : key.Profile.TypeOf(path, key.Path, list is not null, HasMissing(key, list));
        return new ColumnSchema
        {
            Name = name,
            DType = type,
            Shape = list is null ? [] : list.Profile is { InnerShape: { Length: > 0 } inner, OuterLength: var outer }
                ? [outer > 0 ? outer : type is not DType.String ? ColumnSchema.Ragged : throw new SourceUnreadableException(path,
                    $"the key '{key.Path}' has lists of lists of texts, whose number differs from row to row",
                    "Write the same number in each row, or one list"), .. inner] : [ColumnSchema.Ragged],
            Nullable = (list ?? key).Profile.Rows < rowCount,
            StringBytes = type is DType.String ? Math.Max(key.Profile.WidestBytes, 1) : 0,
            Nested = list is null || list == key ? null : list.Path,
        };
    }
}
