using System.Collections.Immutable;
using System.Text.Json;
using Pile.Format;

namespace Pile.Stac;

/// <summary>A product definition of the Open Data Cube.</summary>
/// <remarks>Source: the Open Data Cube's manual, "Product definition".</remarks>
internal sealed record ProductDefinition
{
    /// <summary>The name of the product.</summary>
    internal required string Name { get; init; }

    /// <summary>The description.</summary>
    internal string? Description { get; init; }

    /// <summary>The metadata type, such as <c>eo3</c>.</summary>
    internal string? MetadataType { get; init; }

    /// <summary>The licence.</summary>
    internal string? License { get; init; }

    /// <summary>What the documents of the product's datasets contain; ODC's key <c>metadata</c>.</summary>
    internal JsonValue Metadata { get; init; }

    /// <summary>The measurements in their order; empty if the definition has none.</summary>
    internal ImmutableArray<Measurement> Measurements { get; init; } = [];

    /// <summary>The default grid for loading; null if the definition has none.</summary>
    internal LoadHints? Load { get; init; }

    /// <summary>Reads the definitions of a YAML file.</summary>
    /// <exception cref="SceneInvalidException">A document is not a product definition, or a value is not valid.</exception>
    /// <exception cref="DocumentInvalidException">The text is not YAML.</exception>
    internal static ImmutableArray<ProductDefinition> Parse(ReadOnlyMemory<byte> text, string source)
    {
        ImmutableArray<ProductDefinition>.Builder list = ImmutableArray.CreateBuilder<ProductDefinition>();
        foreach ((_, byte[] json) in YamlDocuments.Read(text, source))
        {
            using JsonDocument document = JsonDocument.Parse(json);
            OdcOrigin origin = new(source, list.Count, null);
            list.Add(Read(new OdcNode(document.RootElement, "", origin)));
        }
        return list.DrainToImmutable();
    }

    /// <summary>Finds a measurement by its name or one of its aliases. Names win over aliases.</summary>
    internal Measurement? Find(string nameOrAlias) => Measurements.FirstOrDefault(m => m.Name == nameOrAlias)
        ?? Measurements.FirstOrDefault(m => m.Aliases.Contains(nameOrAlias));

    /// <summary>Returns a scene with what its bands do not state taken from the measurements of this product.</summary>
    internal Scene Apply(Scene scene) => scene with
    {
        Assets = [.. scene.Assets.Select(asset => asset.Bands is [{ Name: { } name } band] && Find(name) is { } measurement
            ? asset with { Bands = [measurement.Complete(band)] } : asset)],
    };

    private static ProductDefinition Read(OdcNode root)
    {
        if (!root.IsMap || root.Find("name") is not { } name || root.Find("dataset") is not null || (root.Find("metadata") is null
            && root.Find("measurements") is null))
            throw root.Origin.Invalid(SceneProblem.NotScene, "",
                "the document is not a product definition: expected 'name', 'metadata_type' and 'metadata'");
        ImmutableArray<Measurement> measurements = root.Find("measurements") is { } list ? [.. list.Items().Select(Measurement.Read)] : [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Measurement measurement in measurements)
            if (!names.Add(measurement.Name))
                throw root.Origin.Invalid(SceneProblem.InvalidValue, "measurements", $"the name '{measurement.Name}' occurs twice");
        return new ProductDefinition
        {
            Name = name.Text(),
            Description = root.Find("description")?.Text(),
            MetadataType = root.Find("metadata_type")?.Text(),
            License = root.Find("license")?.Text(),
            Metadata = root.Find("metadata")?.ToValue() ?? default,
            Measurements = measurements,
            Load = (root.Find("load") ?? root.Find("storage")) is { } load ? LoadHints.Read(load) : null,
        };
    }
}
