using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>An asset while it is read: what the item states comes later, and so do the bands of version 0.7.</summary>
internal sealed class AssetDraft(string key)
{
    internal string Key { get; } = key;

    internal string? Href { get; set; }

    internal string? Type { get; set; }

    internal string? Title { get; set; }

    internal ImmutableArray<string> Roles { get; set; } = [];

    internal double? GsdM { get; set; }

    internal GridDraft? Grid { get; set; }

    internal List<BandDraft>? Bands { get; set; }

    /// <summary>The numbers of bands in the item's list, as versions before 0.9 have them.</summary>
    internal List<int>? BandNumbers { get; set; }

    /// <summary>The members of a band that STAC 1.1 allows on the asset; null if it has none of them.</summary>
    internal BandDraft? Common { get; set; }

    internal List<KeyValuePair<string, string>>? Alternates { get; set; }

    internal List<SceneProperty>? Others { get; set; }
}
