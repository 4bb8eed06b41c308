using Pile.Earth;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>What rows of a scene and of its chips have in common.</summary>
internal static class SceneFacts
{
    /// <summary>Returns the product: the collection, the label of an EO3 dataset, or the platform.</summary>
    internal static string ProductOf(Scene scene) => scene.Collection ?? scene.Label ?? scene.Common.Constellation ?? scene.Common.Platform
        ?? "unknown";

    /// <summary>Returns the time as the document has it: an instant, or start and end divided by <c>/</c>.</summary>
    internal static string DatetimeOf(Scene scene) => scene.Time is { Start: { } start, End: { } end } ? $"{start}/{end}"
        : scene.Time.Datetime ?? scene.Time.Start ?? "";

    /// <summary>Returns the MGRS tile of a scene; null if it has none.</summary>
    internal static string? TileOf(Scene scene) => scene.Common.GridCode is { } code
        ? code.StartsWith("MGRS-", StringComparison.Ordinal) ? code[5..] : code : null;

    /// <summary>Returns the box as west, south, east and north.</summary>
    internal static double[] BoxOf(LonLatBounds bounds) => [bounds.West, bounds.South, bounds.East, bounds.North];
}
