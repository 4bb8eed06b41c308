namespace Pile.Plotting;

/// <summary>Where a chip is on the earth.</summary>
/// <param name="Chip">The outer rings of its footprint, each as longitudes and latitudes in turn.</param>
/// <param name="Scene">Those of the chips of the same scene.</param>
/// <param name="SceneChips">The number of chips of the scene; 0 if the scene is not known.</param>
internal sealed record ChipPlace(IReadOnlyList<double[]> Chip, IReadOnlyList<double[]> Scene, int SceneChips)
{
    /// <summary>The column of footprints as WKB.</summary>
    internal const string FootprintColumn = "geometry";

    /// <summary>The column of names of scenes.</summary>
    internal const string SceneColumn = "item";
}
