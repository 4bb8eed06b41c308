using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Stac;

/// <summary>One STAC item or EO3 dataset document: footprint, time, properties and assets, with the document unchanged.</summary>
internal sealed record Scene
{
    /// <summary>The kind of document.</summary>
    internal required SceneFormat Format { get; init; }

    /// <summary>The STAC version, such as <c>1.0.0-beta.2</c>; empty for EO3.</summary>
    internal string Version { get; init; } = "";

    /// <summary>The id: of the item, or of the EO3 dataset (a UUID).</summary>
    internal required string Id { get; init; }

    /// <summary>The STAC collection or ODC product; null if the document has none.</summary>
    internal string? Collection { get; init; }

    /// <summary>The label of an EO3 dataset; null if it has none.</summary>
    internal string? Label { get; init; }

    /// <summary>The GeoJSON geometry as UTF-8, in the coordinates of <see cref="GeometryCrs"/>.</summary>
    internal required ReadOnlyMemory<byte> Geometry { get; init; }

    /// <summary>The CRS of <see cref="Geometry"/>; null for longitude and latitude (WGS 84), as GeoJSON has it.</summary>
    internal string? GeometryCrs { get; init; }

    /// <summary>West, south, east, north in degrees; west is greater than east where the antimeridian is crossed. Empty if the document
    /// has none. The heights of a box of six numbers are left out.</summary>
    internal ImmutableArray<double> BboxDeg { get; init; } = [];

    /// <summary>The time or interval.</summary>
    internal required SceneTime Time { get; init; }

    /// <summary>All properties of the document in its order, the typed ones too.</summary>
    internal ImmutableArray<SceneProperty> Properties { get; init; } = [];

    /// <summary>The properties that have a meaning of their own.</summary>
    internal SceneMetadata Common { get; init; } = new();

    /// <summary>The grid that applies to all assets without their own.</summary>
    internal SceneGrid Grid { get; init; } = SceneGrid.None;

    /// <summary>The links.</summary>
    internal ImmutableArray<SceneLink> Links { get; init; } = [];

    /// <summary>The assets in the order of the document.</summary>
    internal ImmutableArray<SceneAsset> Assets { get; init; } = [];

    /// <summary>Members of the document that this type does not name, such as <c>stac_extensions</c>.</summary>
    internal ImmutableArray<SceneProperty> Others { get; init; } = [];

    /// <summary>Contradictions that are not errors, such as two different offsets, for reports.</summary>
    internal ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The ids of the datasets from which this one was derived, by the name of their role; EO3 only.</summary>
    internal ImmutableArray<KeyValuePair<string, string>> Lineage { get; init; } = [];

    /// <summary>The document as it came: JSON, or YAML for EO3.</summary>
    internal ReadOnlyMemory<byte> Document { get; init; }

    /// <summary>The encoding of <see cref="Document"/>: <c>json</c> or <c>yaml</c>.</summary>
    internal string DocumentEncoding { get; init; } = "json";

    /// <summary>The file or address that contained the document, without signatures; relative hrefs are relative to it.</summary>
    internal required string Source { get; init; }

    /// <summary>The index of the document in its source, from 0.</summary>
    internal long Index { get; init; }

    /// <summary>Scenes with the same id whose assets were added to this one (<see cref="SceneJoin"/>); their documents are kept.</summary>
    internal ImmutableArray<Scene> Joined { get; init; } = [];

    /// <summary>Finds a property.</summary>
    internal bool TryFind(string name, out JsonValue value)
    {
        foreach (SceneProperty property in Properties)
            if (property.Name == name)
            {
                value = property.Value;
                return true;
            }
        value = default;
        return false;
    }

    /// <summary>Finds an asset.</summary>
    internal SceneAsset? FindAsset(string key)
    {
        foreach (SceneAsset asset in Assets)
            if (asset.Key == key)
                return asset;
        return null;
    }

    /// <summary>Names the member with pixels of the grid of an asset, for messages: that of the asset, or that of the scene.</summary>
    /// <param name="key">The key of the asset; empty for the grid of the scene.</param>
    /// <param name="member">The member of STAC, such as <c>proj:shape</c>.</param>
    internal string FieldOf(string key, string member) => Format is not SceneFormat.Stac ? $"measurements.{key}"
        : FindAsset(key) is { OwnGrid: var own } && (own.States(member) || (!Grid.States(member) && (!own.HasNoPixels || Grid.HasNoPixels)))
            ? $"assets.{key}.{member}" : $"properties.{member}";

    /// <summary>Names the member with the CRS of an asset, for messages.</summary>
    /// <param name="key">The key of the asset; empty for the CRS of the scene.</param>
    internal string FieldOfCrs(string key) => Format switch
    {
        SceneFormat.Eo3 => "crs",
        SceneFormat.Eo => "grid_spatial.projection.spatial_reference",
        _ => FindAsset(key)?.OwnGrid is { StatesCrs: true } own ? $"assets.{key}.{own.CrsMember}" : $"properties.{Grid.CrsMember}",
    };

    /// <summary>Names the scene for messages.</summary>
    public override string ToString() => $"'{Id}' ({Redaction.Apply(Source)}, item {Index})";
}
