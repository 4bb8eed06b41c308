using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>A name for a commit. It is made once, may be deleted, and never moves.</summary>
/// <param name="Name">The name: a letter or underscore, then letters, digits, dots, underscores and hyphens.</param>
/// <param name="Number">The number of the commit.</param>
/// <param name="Sha256">Its hash.</param>
internal sealed partial record LayerTag(string Name, long Number, string Sha256)
{
    private const int LargestBytes = 64 << 10;

    /// <summary>Reads a tag.</summary>
    /// <exception cref="ArgumentException">There is no such tag.</exception>
    internal static async Task<LayerTag> ReadAsync(LayerStore store, string name, CancellationToken cancellationToken)
    {
        if (Legal().IsMatch(name)
            && await store.FindBytesAsync(LayerPaths.Tag(name), LargestBytes, cancellationToken).ConfigureAwait(false) is { } bytes)
            return Read(store, name, bytes);
        string[] tags = [.. (await NamesAsync(store, cancellationToken).ConfigureAwait(false))];
        throw new ArgumentException($"Layer '{store.Address}' has no tag '{name}'. "
            + (tags.Length == 0 ? "It has no tags: give a number, a time such as 2026-11-01T12:00Z, or sha256:…" : SimilarNames.Hint(name,
                tags))
            + ".");
    }

    /// <summary>Returns all tags, by name.</summary>
    internal static async Task<IReadOnlyList<LayerTag>> AllAsync(LayerStore store, CancellationToken cancellationToken)
    {
        List<LayerTag> tags = [];
        foreach (string name in await NamesAsync(store, cancellationToken).ConfigureAwait(false))
            tags.Add(await ReadAsync(store, name, cancellationToken).ConfigureAwait(false));
        return tags;
    }

    /// <summary>Creates a tag.</summary>
    /// <exception cref="ArgumentException">The name is not legal, or is taken by another commit.</exception>
    internal static async Task CreateAsync(LayerStore store, string name, LayerCommit commit, string author,
        CancellationToken cancellationToken)
    {
        if (!Legal().IsMatch(name))
            throw new ArgumentException($"'{name}' is not a name for a tag: a letter or underscore, then at most 99 letters, digits, dots, "
                + "underscores and hyphens.");
        byte[] bytes = CanonicalJson.Write(new JsonObject
        {
            ["layer_tag"] = 1,
            ["number"] = commit.Number,
            ["commit"] = commit.Sha256,
            ["author"] = author,
            ["time"] = LayerTime.ToText(LayerTime.Now),
        });
        if (await LayerWrites.GuardAsync(store.Address, $"the tag '{name}' of the layer", () => store.Files.PutAsync(LayerPaths.Tag(name),
            new MemoryStream(bytes), ifAbsent: true, cancellationToken)).ConfigureAwait(false))
            return;
        LayerTag found = await ReadAsync(store, name, cancellationToken).ConfigureAwait(false);
        if (found.Sha256 != commit.Sha256)
            throw new ArgumentException($"The tag '{name}' is of commit {found.Number} already, and tags do not move. Use another name, or "
                + $"delete it with 'pile layer tag {store.Address} {name} --delete'.");
    }

    /// <summary>Copies the tag, with its author and time, to a layer with the same commit.</summary>
    internal async Task CopyAsync(LayerStore from, LayerStore to, CancellationToken cancellationToken)
    {
        byte[] bytes = await from.Files.ReadAllAsync(LayerPaths.Tag(Name), LargestBytes, cancellationToken).ConfigureAwait(false);
        await LayerWrites.GuardAsync(to.Address, $"the tag '{Name}' of the layer", () => to.Files.PutAsync(LayerPaths.Tag(Name),
            new MemoryStream(bytes), ifAbsent: true, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Deletes a tag.</summary>
    /// <exception cref="ArgumentException">There is no such tag.</exception>
    internal static async Task DeleteAsync(LayerStore store, string name, CancellationToken cancellationToken)
    {
        await ReadAsync(store, name, cancellationToken).ConfigureAwait(false);
        await store.Files.DeleteAsync(LayerPaths.Tag(name), cancellationToken).ConfigureAwait(false);
    }

    private static LayerTag Read(LayerStore store, string name, byte[] bytes)
    {
        JsonMap json = CanonicalJson.Read(bytes, finding =>
            new LayerInvalidException(store.Address, $"'{LayerPaths.Tag(name)}': {finding}", "Delete the tag and make it again"));
        json.RequireKeys("layer_tag", "number", "commit", "author", "time");
        if (json.Integer("layer_tag") != 1)
            throw json.Invalid("it is of a newer version: install a newer version of pile");
        return new LayerTag(name, json.Integer("number"), json.Sha256("commit"));
    }

    private static async Task<List<string>> NamesAsync(LayerStore store, CancellationToken cancellationToken)
    {
        List<string> names = [];
        await foreach (StoredFile file in store.Files.ListAsync(LayerPaths.Tags, cancellationToken).ConfigureAwait(false))
            if (file.Path.EndsWith(".json", StringComparison.Ordinal) && file.Path[LayerPaths.Tags.Length..^5] is var name
                && Legal().IsMatch(name))
                names.Add(name);
        return names;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9._-]{0,99}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Legal();
}
