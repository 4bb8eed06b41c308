using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>A file of a scene: a STAC asset, or a measurement of an EO3 dataset. Measurements may share a file.</summary>
internal sealed record SceneAsset
{
    /// <summary>The key; unique in its scene.</summary>
    internal required string Key { get; init; }

    /// <summary>The address as the document has it: absolute, or relative to the document. It may be signed; see
    /// <see cref="AssetHref"/>.</summary>
    internal required string Href { get; init; }

    /// <summary>What a dataset of scenes stores beside the document; null if the scene is not read from one.</summary>
    internal StoredAsset? Stored { get; init; }

    /// <summary>The media type.</summary>
    internal string? Type { get; init; }

    /// <summary>The title.</summary>
    internal string? Title { get; init; }

    /// <summary>The roles, such as <c>data</c> or <c>thumbnail</c>.</summary>
    internal ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The ground sample distance in metres.</summary>
    internal double? GsdM { get; init; }

    /// <summary>The bands in the order of the file; empty if the document does not list them.</summary>
    internal ImmutableArray<SceneBand> Bands { get; init; } = [];

    /// <summary>What the properties of the item state for the bands of all assets that do not state it themselves; null if they state
    /// nothing. <see cref="Stac.ItemDefaults"/> gives it to <see cref="Bands"/>.</summary>
    internal SceneBand? ItemDefaults { get; init; }

    /// <summary>The grid, with what the asset does not state taken from the scene.</summary>
    internal SceneGrid Grid { get; init; } = SceneGrid.None;

    /// <summary>The grid as the asset itself states it.</summary>
    internal SceneGrid OwnGrid { get; init; } = SceneGrid.None;

    /// <summary>Other addresses of the same file by name, such as <c>s3</c> (extension <c>alternate-assets</c>).</summary>
    internal ImmutableArray<KeyValuePair<string, string>> Alternates { get; init; } = [];

    /// <summary>The layer of a file with several, such as a netCDF variable; EO3 only.</summary>
    internal string? Layer { get; init; }

    /// <summary>Members that this type does not name, and those of <see cref="OwnGrid"/> and <see cref="Alternates"/> as the document has
    /// them.</summary>
    internal ImmutableArray<SceneProperty> Others { get; init; } = [];

    /// <summary>Returns true for a role, ignoring case.</summary>
    internal bool HasRole(string role) => Roles.Contains(role, StringComparer.OrdinalIgnoreCase);
}
