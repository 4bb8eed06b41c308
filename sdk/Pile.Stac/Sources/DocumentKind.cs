namespace Pile.Stac;

/// <summary>What the top-level members of a JSON document say that it is.</summary>
internal enum DocumentKind
{
    /// <summary>Not a document of STAC.</summary>
    Unknown,

    /// <summary>An EO3 dataset of the Open Data Cube, or a dataset of the kind before it.</summary>
    Eo3,

    /// <summary>A STAC item.</summary>
    Item,

    /// <summary>A STAC catalog or collection.</summary>
    Catalog,

    /// <summary>A GeoJSON FeatureCollection: a STAC ItemCollection, or a page of a search.</summary>
    ItemCollection,
}
