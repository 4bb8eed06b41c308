using System.Text.Json;
using Pile.Format;

namespace Pile.Stac;

/// <summary>Reads dataset documents of the Open Data Cube: EO3, and the kind before it with <c>grid_spatial</c>.</summary>
/// <remarks>Source: the Open Data Cube's manual, "Dataset documents", and the schema of <c>eodatasets3</c>. Each measurement is an asset
/// whose key and only band have its name; accessories are assets with the role <c>metadata</c> or <c>thumbnail</c>.</remarks>
internal static class Eo3Document
{
    /// <summary>Reads a document that is written as JSON.</summary>
    /// <exception cref="SceneInvalidException">The document is not valid.</exception>
    internal static Scene ParseJson(ReadOnlyMemory<byte> document, string source, long index)
    {
        try
        {
            return Parse(document, document, source, index) with { DocumentEncoding = "json" };
        }
        catch (JsonException e)
        {
            throw new SceneInvalidException(SceneProblem.NotParsed, source, index, null, "", "not valid JSON",
                "Get the file again from its source", e);
        }
    }

    /// <summary>Reads all documents of a YAML file.</summary>
    /// <exception cref="SceneInvalidException">A document is not valid, and <see cref="SceneReadOptions.OnInvalid"/> is null.</exception>
    internal static IEnumerable<Scene> ParseYaml(ReadOnlyMemory<byte> text, string source, SceneReadOptions options)
    {
        List<(ReadOnlyMemory<byte>, byte[])> documents = [];
        try
        {
            documents = YamlDocuments.Read(text, source);
        }
        catch (DocumentInvalidException e)
        {
            options.Report(new SceneInvalidException(SceneProblem.NotParsed, source, 0, null, "",
                $"not valid YAML at line {e.Line}, column {e.Column}: {e.Finding}", "Correct the file", e));
        }
        for (int i = 0; i < documents.Count; i++)
        {
            Scene? scene = null;
            try
            {
                scene = Parse(documents[i].Item2, documents[i].Item1, source, i);
            }
            catch (SceneInvalidException e)
            {
                options.Report(e);
            }
            if (scene is not null)
                yield return scene;
        }
    }

    private static Scene Parse(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> document, string source, long index)
    {
        using JsonDocument parsed = JsonDocument.Parse(json);
        string? id = parsed.RootElement.ValueKind is JsonValueKind.Object && parsed.RootElement.TryGetProperty("id", out JsonElement value)
            && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        OdcOrigin origin = new(source, index, id);
        OdcNode root = new(parsed.RootElement, "", origin);
        bool isEo = root.IsMap && root.Find("grid_spatial") is not null;
        bool isEo3 = root.IsMap && root.Find("$schema") is { } schema
            && schema.Text().Contains("opendatacube.org/dataset", StringComparison.Ordinal);
        if (!isEo && !isEo3)
            throw origin.Invalid(SceneProblem.NotScene, "", "the document is not a dataset: expected '$schema: "
                + "https://schemas.opendatacube.org/dataset', or 'grid_spatial'");
        if (string.IsNullOrEmpty(id))
            throw origin.Invalid(SceneProblem.InvalidValue, "id", "the key is missing");
        Scene scene = isEo3 ? Eo3Scene.Read(root, id) : EoScene.Read(root, id);
        return scene.Assets.IsEmpty
            ? throw origin.Invalid(SceneProblem.NoAssets, isEo3 ? "measurements" : "image.bands", "the dataset has no measurements")
            : scene with { Document = document, DocumentEncoding = "yaml", Source = source, Index = index };
    }
}
