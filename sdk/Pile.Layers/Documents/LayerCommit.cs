using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Pile.Layers;

/// <summary>A commit: what changed, who changed it, and the fields after it.</summary>
internal sealed record LayerCommit
{
    /// <summary>The largest length of a commit file.</summary>
    internal const int LargestBytes = 16 << 20;

    internal required long Number { get; init; }

    /// <summary>The SHA-256 of the commit before; of layer.yaml for the first.</summary>
    internal required string Parent { get; init; }

    /// <summary>The time in microseconds since 1970-01-01 UTC, at least one more than the parent's.</summary>
    internal required long TimeMicros { get; init; }

    internal required string Author { get; init; }

    internal required string Message { get; init; }

    /// <summary>The program that made the commit, and its version.</summary>
    internal required string Program { get; init; }

    /// <summary>Random digits, by which a writer recognises its own commit if the answer of the store is lost.</summary>
    internal required string Nonce { get; init; }

    internal ImmutableArray<LayerField> Fields { get; init; } = [];

    internal ImmutableArray<LayerOperation> Operations { get; init; } = [];

    /// <summary>True if the writer chose to replace values that others had set since it opened the layer.</summary>
    internal bool LastWins { get; init; }

    /// <summary>The SHA-256 of the commit of another layer that this one repeats (merge, rebase); empty without one.</summary>
    internal string Origin { get; init; } = "";

    /// <summary>The scan of a source that made the commit; null for another commit.</summary>
    internal LayerScan? Scan { get; init; }

    /// <summary>The SHA-256 of the commit's bytes.</summary>
    internal string Sha256 { get; private init; } = "";

    internal LayerField? FindField(string name) => Fields.FirstOrDefault(f => f.Name == name);

    /// <summary>Returns the bytes of the commit file.</summary>
    internal byte[] ToBytes()
    {
        JsonObject json = new()
        {
            ["layer_commit"] = 1,
            ["number"] = Number,
            ["parent"] = Parent,
            ["time"] = LayerTime.ToText(TimeMicros),
            ["author"] = Author,
            ["message"] = Message,
            ["program"] = Program,
            ["nonce"] = Nonce,
            ["fields"] = new JsonArray([.. Fields.Select(f => f.ToJson())]),
            ["operations"] = new JsonArray([.. Operations.Select(o => o.ToJson())]),
        };
        if (LastWins)
            json["last_wins"] = true;
        if (Origin.Length > 0)
            json["origin"] = Origin;
        if (Scan is not null)
            json["scan"] = Scan.ToJson();
        return CanonicalJson.Write(json);
    }

    /// <summary>Reads a commit file.</summary>
    /// <param name="bytes">Its content.</param>
    /// <param name="number">Its number by its name.</param>
    /// <param name="layer">The layer, for messages.</param>
    /// <exception cref="LayerInvalidException">The file is not a valid commit.</exception>
    internal static LayerCommit Read(byte[] bytes, long number, string layer)
    {
        JsonMap json = CanonicalJson.Read(bytes, finding =>
            new LayerInvalidException(layer, $"'{LayerPaths.Commit(number)}': {finding}", LayerInvalidException.GetAgain));
        json.RequireKeys("layer_commit", "number", "parent", "time", "author", "message", "program", "nonce", "fields", "operations",
            "last_wins", "origin", "scan");
        if (json.Integer("layer_commit") is var version && version != 1)
            throw new LayerInvalidException(layer, $"'{LayerPaths.Commit(number)}' has version {version}; this program supports version 1",
                "Install a newer version of pile");
        if (json.Integer("number") is var found && found != number)
            throw json.Invalid($"it is commit {found}");
        if (!LayerTime.TryParse(json.Text("time"), out long time))
            throw json.Invalid($"'{json.Text("time")}' is not a time such as {LayerTime.ToText(0)}");
        LayerCommit commit = new()
        {
            Number = number,
            Parent = json.Sha256("parent"),
            TimeMicros = time,
            Author = json.Text("author"),
            Message = json.Text("message"),
            Program = json.Text("program"),
            Nonce = json.Text("nonce"),
            Fields = [.. json.Maps("fields").Select(LayerField.Read)],
            Operations = [.. json.Maps("operations").Select(LayerOperation.Read)],
            LastWins = json.Flag("last_wins"),
            Origin = json.Has("origin") ? json.Sha256("origin") : "",
            Scan = json.MapOrNull("scan") is { } scan ? LayerScan.Read(scan) : null,
            Sha256 = HashOf(bytes),
        };
        if (LayerField.SharedNameOf(commit.Fields) is { } shared)
            throw json.Invalid($"two fields have the name '{shared}'; names are not case-sensitive");
        return commit;
    }

    internal static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
