using System.Text;

namespace Pile.Tables.Json;

/// <summary>A key of the objects of a file: its properties over all lines, and its values in the current line.</summary>
internal sealed class JsonKey(JsonKey? parent, string name)
{
    private readonly byte[] utf8 = Encoding.UTF8.GetBytes(name);
    private readonly List<JsonKey> children = [];
    private readonly Dictionary<string, JsonKey> childOfName = new(StringComparer.Ordinal);
    private readonly List<JsonKey> found = [];
    private int place;
    private bool isFound;

    /// <summary>The keys from the outermost object, joined by dots; empty for the line itself.</summary>
    internal string Path { get; } = parent is null or { Path: "" } ? name : $"{parent.Path}.{name}";

    /// <summary>The keys of the objects that this key contains in valid lines, in the order of their first appearance.</summary>
    internal IReadOnlyList<JsonKey> Children => found;

    internal JsonColumnProfile Profile { get; } = new();

    /// <summary>The line that the following properties describe.</summary>
    internal long Line { get; set; } = -1;

    /// <summary>The object in which the key was last found.</summary>
    internal long Object { get; set; } = -1;

    internal JsonForm Form { get; set; }

    /// <summary>The first value, -1 without one.</summary>
    internal int First { get; set; }

    /// <summary>The last value.</summary>
    internal int Last { get; set; }

    /// <summary>The number of elements of a list, including missing ones and those of lists in it.</summary>
    internal int Count { get; set; }

    /// <summary>The lengths of the lists in a list, from the outer ones; empty for a list of values.</summary>
    internal int[] InnerShape { get; set; } = [];

    /// <summary>Finds a key of the objects that this key contains.</summary>
    /// <param name="name">The name in UTF-8.</param>
    /// <param name="next">The expected place of the key, because most lines have the same keys in the same order.</param>
    internal JsonKey? Find(ReadOnlySpan<byte> name, ref int next)
    {
        if (next < children.Count && children[next].utf8.AsSpan().SequenceEqual(name))
            return children[next++];
        if (!childOfName.TryGetValue(Encoding.UTF8.GetString(name), out JsonKey? key))
            return null;
        next = key.place + 1;
        return key;
    }

    /// <summary>Adds a key of the objects that this key contains.</summary>
    internal JsonKey Add(string name, ref int next)
    {
        JsonKey key = new(this, name) { place = children.Count };
        childOfName.Add(name, key);
        children.Add(key);
        next = children.Count;
        return key;
    }

    /// <summary>Notes that a valid line has the key.</summary>
    internal void SetFound()
    {
        if (isFound)
            return;
        isFound = true;
        parent?.found.Add(this);
    }
}
