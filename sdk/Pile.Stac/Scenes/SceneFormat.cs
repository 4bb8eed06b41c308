namespace Pile.Stac;

/// <summary>The kinds of documents that describe a scene.</summary>
internal enum SceneFormat
{
    /// <summary>A STAC item, versions 0.7 to 1.1.</summary>
    Stac,

    /// <summary>An EO3 dataset document of the Open Data Cube.</summary>
    Eo3,

    /// <summary>A dataset document with <c>grid_spatial</c>, which the Open Data Cube used before EO3 (metadata type <c>eo</c>).</summary>
    Eo,
}
