using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Notes that are true of many scenes: each is reported once, with their number. Thread-safe.</summary>
internal sealed class SceneNotes
{
    private readonly SortedDictionary<string, (long Count, string First)> notes = new(StringComparer.Ordinal);
    private readonly Lock adding = new();

    /// <summary>The notes with the number of scenes, and the first of them by name.</summary>
    internal IEnumerable<string> Lines
    {
        get
        {
            lock (adding)
                return [.. notes.Select(note => note.Value is (1, var only) ? $"{only}: {note.Key}"
                    : $"{note.Value.Count} scenes, the first of which is {note.Value.First}: {note.Key}")];
        }
    }

    /// <summary>Adds a note on a scene.</summary>
    internal void Add(string note, Scene scene)
    {
        string name = scene.ToString();
        lock (adding)
            notes[note] = notes.TryGetValue(note, out (long Count, string First) known)
                ? (known.Count + 1, string.CompareOrdinal(name, known.First) < 0 ? name : known.First) : (1, name);
    }
}
