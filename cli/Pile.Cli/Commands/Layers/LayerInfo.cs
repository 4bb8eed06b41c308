using System.Globalization;
using System.Text.Json;
using Pile.Cli.Terminal;
using Pile.Layers;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>What <c>pile info</c> shows of a layer of a dataset.</summary>
internal static class LayerInfo
{
    internal static async Task WriteAsync(LayerStore store, LayerReference reference, bool isJson, CancellationToken cancellationToken)
    {
        LayerCommit? commit = await store.ResolveAsync(reference.At, cancellationToken).ConfigureAwait(false);
        LayerTag[] tags = [.. (await LayerTag.AllAsync(store, cancellationToken).ConfigureAwait(false)).OrderBy(t => t.Number)];
        if (isJson)
            WriteJson(store, commit, tags);
        else
            WriteText(store, commit, tags);
    }

    private static void WriteText(LayerStore store, LayerCommit? commit, LayerTag[] tags)
    {
        LayerManifest manifest = store.Manifest;
        Fact("name", manifest.Name);
        Fact("layer of", $"dataset '{manifest.DatasetName}'{(LayerWorkspace.AddressOf(store) is { } place ? $" at {place}" : "")}");
        Fact("root", manifest.DatasetRoot);
        Fact("ids", manifest.HasTextIds ? "string" : "int64");
        Fact("commit", commit is null ? "none yet" : string.Create(CultureInfo.InvariantCulture,
            $"{commit.Number}, {LayerTime.ToText(commit.TimeMicros)}, {commit.Author}: {commit.Message}"));
        Fact("sha256", commit?.Sha256);
        Fact("tags", tags.Length == 0 ? null : string.Join(", ", tags.Select(t => $"{t.Name} ({t.Number})")));
        TerminalText.Output.WriteLine();
        TextTable.Write(TerminalText.Output, [("field", false), ("type", false), ("unit", false), ("description", false)],
            [.. (commit?.Fields ?? []).Select(f => new[] { f.Name, f.Type.ToString(), f.Unit ?? "", f.Description ?? "" })]);

        void Fact(string name, string? value)
        {
            if (value is not null)
                TerminalText.Output.WriteLine($"{name,-12} {TerminalText.Indent(value, 13)}");
        }
    }

    private static void WriteJson(LayerStore store, LayerCommit? commit, LayerTag[] tags) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("name", store.Manifest.Name);
        json.WriteString("layer", store.Address);
        json.WriteString("ids", store.Manifest.HasTextIds ? "string" : "int64");
        json.WriteStartObject("dataset");
        json.WriteString("name", store.Manifest.DatasetName);
        json.WriteString("root", store.Manifest.DatasetRoot);
        json.WriteString("address", LayerWorkspace.AddressOf(store));
        json.WriteEndObject();
        if (commit is null)
            json.WriteInteger("commit", 0);
        else
            LayerArguments.WriteCommit(json, commit);
        WriteTags(json, tags);
        json.WriteStartArray("fields");
        foreach (LayerField field in commit?.Fields ?? [])
            json.WriteRawValue(field.ToJson().ToJsonString());
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteTags(Utf8JsonWriter json, LayerTag[] tags)
    {
        json.WriteStartArray("tags");
        foreach (LayerTag tag in tags)
        {
            json.WriteStartObject();
            json.WriteString("name", tag.Name);
            json.WriteInteger("commit", tag.Number);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
