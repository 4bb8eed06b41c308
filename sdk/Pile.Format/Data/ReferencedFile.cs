using System.Text.Json.Serialization;

namespace Pile.Format;

/// <summary>A file outside the dataset that stores values of it, as one line of <c>sources.parquet</c>.</summary>
/// <param name="Uri">Its address, without credentials and signatures: a path relative to the dataset, an address below a mounted one, or
/// the address of an object.</param>
/// <param name="Bytes">Its size; <see cref="UnknownBytes"/> if it is not known.</param>
internal sealed record ReferencedFile(string Uri, long Bytes)
{
    /// <summary>The size of a file that was not looked at. Only rasters may have it.</summary>
    internal const long UnknownBytes = -1;

    /// <summary>Its SHA-256 in lower-case hexadecimal; null if it was not computed.</summary>
    [JsonInclude]
    internal string? Sha256 { get; init; }

    /// <summary>The entity tag of its store; null if the store has none.</summary>
    [JsonInclude]
    internal string? ETag { get; init; }

    /// <summary>The layout of a raster file as JSON; null for other files, and if it was not read.</summary>
    [JsonInclude]
    internal string? Raster { get; init; }

    /// <summary>The offsets of the blocks of a raster file, level after level; null if they are not known.</summary>
    [JsonInclude]
    internal long[]? BlockOffsets { get; init; }

    /// <summary>The sizes of these blocks.</summary>
    [JsonInclude]
    internal long[]? BlockSizes { get; init; }

    /// <summary>The time of its last change, in microseconds since 1970-01-01 UTC; null if unknown.</summary>
    [JsonInclude]
    internal long? ModifiedMicros { get; init; }
}
