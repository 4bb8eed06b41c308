using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Pile.Format;

namespace Pile.Stac;

/// <summary>The properties of collections, which items before STAC 1.0 inherit: all before 0.9, and items of 0.9 with the extension
/// <c>commons</c>. Thread-safe.</summary>
/// <remarks>A collection is known if the catalog that is read contains it, if it is in the same file as its items
/// (<c>single-file-stac</c>), or if the link of an item leads to a local file.</remarks>
internal sealed class CollectionProperties
{
    private const string Extension = "commons";
    private static readonly ReadOnlyMemory<byte> None = "{}"u8.ToArray();
    private static readonly Version FirstWithExtension = new(0, 9);

    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>?> ofAddress = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> ofId = new(StringComparer.Ordinal);

    /// <summary>Returns whether an item inherits the properties of its collection.</summary>
    /// <param name="version">Its version; null for an item before 0.8, which has none.</param>
    /// <param name="extensions">Its extensions.</param>
    internal static bool AreInherited(string? version, JsonValue extensions)
    {
        if (version is null || (Version.TryParse(version.Split('-')[0], out Version? number) && number < FirstWithExtension))
            return true;
        if (extensions.Kind is not JsonValueKind.Array)
            return false;
        foreach (JsonElement name in extensions.AsElement().EnumerateArray())
            if (name.ValueKind is JsonValueKind.String && name.GetString() is { } text
                && (text == Extension || text.Contains($"/{Extension}/", StringComparison.Ordinal)))
                return true;
        return false;
    }

    /// <summary>Adds a collection that was read.</summary>
    /// <param name="document">The collection, which is valid JSON.</param>
    /// <param name="address">Its file or address; null for one in a file of items.</param>
    internal void Add(ReadOnlyMemory<byte> document, string? address)
    {
        (string? id, ReadOnlyMemory<byte> properties) = PartsOf(document);
        if (address is not null)
            ofAddress[address] = properties;
        if (id is not null)
            ofId[id] = properties;
    }

    /// <summary>Adds the collections of a file of items (the extension <c>single-file-stac</c>).</summary>
    /// <param name="file">The file. Invalid JSON is not reported: its items are read, too.</param>
    internal void AddFrom(ReadOnlyMemory<byte> file)
    {
        if (file.Span.IndexOf("\"collections\""u8) < 0)
            return;
        try
        {
            Utf8JsonReader json = new(file.Span);
            if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
                return;
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                bool areCollections = json.ValueTextEquals("collections"u8);
                json.Read();
                if (areCollections && json.TokenType is JsonTokenType.StartArray)
                    while (json.Read() && json.TokenType is JsonTokenType.StartObject)
                    {
                        int start = (int)json.TokenStartIndex;
                        json.Skip();
                        Add(file[start..(int)json.BytesConsumed].ToArray(), null);
                    }
                else
                    json.Skip();
            }
        }
        catch (JsonException)
        {
        }
    }

    /// <summary>Finds the properties of the collection of an item.</summary>
    /// <param name="id">The id of the collection; null if the item does not name it.</param>
    /// <param name="href">The item's link to its collection; null if it has none.</param>
    /// <param name="source">The file or address of the item.</param>
    /// <param name="options">The mounts, and the largest document.</param>
    /// <returns>A JSON object; null if the collection is not known.</returns>
    internal ReadOnlyMemory<byte>? Find(string? id, string? href, string source, SceneReadOptions options) =>
        (href is null ? null : Linked(href, source, options))
            ?? (id is not null && ofId.TryGetValue(id, out ReadOnlyMemory<byte> known) ? known : default(ReadOnlyMemory<byte>?));

    /// <summary>Returns an item with the properties that it does not state itself.</summary>
    /// <param name="item">The item, which is valid JSON.</param>
    /// <param name="properties">The properties of its collection: a JSON object.</param>
    internal static ReadOnlyMemory<byte> Merge(ReadOnlyMemory<byte> item, ReadOnlyMemory<byte> properties)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        int end = -1;
        Utf8JsonReader json = new(item.Span);
        json.Read();
        while (end < 0 && json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            bool isProperties = json.ValueTextEquals("properties"u8);
            json.Read();
            if (!isProperties)
            {
                json.Skip();
                continue;
            }
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                names.Add(StacItemWriter.NameOf(json.GetString()!));
                json.Skip();
            }
            end = (int)json.TokenStartIndex;
        }
        ArrayBufferWriter<byte> merged = new(item.Length + properties.Length);
        merged.Write(item.Span[..end]);
        bool hasMembers = names.Count > 0;
        Utf8JsonReader others = new(properties.Span);
        others.Read();
        while (others.Read() && others.TokenType is JsonTokenType.PropertyName)
        {
            int start = (int)others.TokenStartIndex;
            string name = StacItemWriter.NameOf(others.GetString()!);
            others.Skip();
            if (!names.Add(name))
                continue;
            if (hasMembers)
                merged.Write(","u8);
            merged.Write(properties.Span[start..(int)others.BytesConsumed]);
            hasMembers = true;
        }
        merged.Write(item.Span[end..]);
        return merged.WrittenMemory;
    }

    private ReadOnlyMemory<byte>? Linked(string href, string source, SceneReadOptions options)
    {
        string address;
        try
        {
            // A mount for the files of assets is not one for documents, unless it has a prefix of their published address.
            address = AssetHref.Resolve(href, source, MountRules.None);
            if (!ofAddress.ContainsKey(address) && (!AssetHref.IsRelative(href) || address.Contains("://", StringComparison.Ordinal))
                && options.Mounts.TryPrefix(address, out string mapped))
                address = mapped;
        }
        catch (SourceUnreadableException)
        {
            return null;
        }
        return address.Contains("://", StringComparison.Ordinal)
            ? ofAddress.GetValueOrDefault(address) : ofAddress.GetOrAdd(address, path => OfFile(path, options.MaxItemBytes));
    }

    // Only the properties of a collection are used, so that the link of an item discloses nothing of other files. A device has no length.
    private static ReadOnlyMemory<byte>? OfFile(string path, int maxBytes)
    {
        try
        {
            FileInfo file = new(path);
            if (!file.Exists || file.Length == 0 || file.Length > maxBytes)
                return null;
            byte[] document = File.ReadAllBytes(path);
            return SceneDocument.KindOf(document) is DocumentKind.Catalog ? PartsOf(document).Properties
                : default(ReadOnlyMemory<byte>?);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static (string? Id, ReadOnlyMemory<byte> Properties) PartsOf(ReadOnlyMemory<byte> document)
    {
        string? id = null;
        ReadOnlyMemory<byte> properties = None;
        Utf8JsonReader json = new(document.Span);
        json.Read();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            bool isId = json.ValueTextEquals("id"u8), isProperties = json.ValueTextEquals("properties"u8);
            json.Read();
            int start = (int)json.TokenStartIndex;
            if (isId && json.TokenType is JsonTokenType.String)
                id = json.GetString();
            bool isObject = json.TokenType is JsonTokenType.StartObject;
            json.Skip();
            if (isProperties && isObject)
                properties = document[start..(int)json.BytesConsumed];
        }
        return (id, properties);
    }
}
