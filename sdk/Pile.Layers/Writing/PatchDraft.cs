using System.Collections.Immutable;

namespace Pile.Layers;

/// <summary>A patch in a local file that is not yet in the layer.</summary>
internal sealed record PatchDraft
{
    internal required string Path { get; init; }

    internal required string Sha256 { get; init; }

    internal required long Bytes { get; init; }

    internal required long Rows { get; init; }

    /// <summary>The fields, with the types of the columns of the patch; of a patch that takes values away, their names count
    /// alone.</summary>
    internal required ImmutableArray<LayerField> Fields { get; init; }

    internal string SourceName { get; init; } = "";

    internal string SourceSha256 { get; init; } = "";

    /// <summary>The packs with the bytes of its blobs.</summary>
    internal ImmutableArray<BlobPack> Packs { get; init; } = [];

    /// <summary>True if the patch takes values away.</summary>
    internal bool IsUnset { get; init; }

    /// <summary>The number of rows that were left out because the dataset does not have them.</summary>
    internal long Missing { get; init; }
}
