using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>The pixel grid of an asset: the <c>proj:</c> members of STAC, or a grid of an EO3 document.</summary>
internal sealed record SceneGrid
{
    /// <summary>A grid of which nothing is known.</summary>
    internal static SceneGrid None { get; } = new();

    /// <summary>The CRS: an authority code such as <c>EPSG:32606</c>, else WKT2, else PROJJSON; null if it is not known.</summary>
    internal string? Crs { get; init; }

    /// <summary>True if the document states the CRS, also if it states that the file has no CRS.</summary>
    internal bool StatesCrs { get; init; }

    /// <summary>The member of a STAC document with the CRS, for messages.</summary>
    internal string CrsMember { get; init; } = "proj:code";

    /// <summary>The six numbers of the transform in the order of the document (the last row of nine is checked and left out); empty if it
    /// states none. STAC's order is (a, b, c, d, e, f), but some writers use GDAL's: see <see cref="TransformReading"/>.</summary>
    internal ImmutableArray<double> Transform { get; init; } = [];

    /// <summary>True if the document gave nine numbers, which only STAC's order has.</summary>
    internal bool HasNineNumbers { get; init; }

    /// <summary>The number of rows; null if it is not known.</summary>
    internal long? Rows { get; init; }

    /// <summary>The number of columns; null if it is not known.</summary>
    internal long? Columns { get; init; }

    /// <summary>The least x, least y, greatest x and greatest y in the CRS; empty if they are not known.</summary>
    internal ImmutableArray<double> Bbox { get; init; } = [];

    /// <summary>Longitude and latitude of the centroid in degrees; null if they are not known.</summary>
    internal (double LonDeg, double LatDeg)? Centroid { get; init; }

    /// <summary>True if anything is known of the grid.</summary>
    internal bool IsStated => StatesCrs || !Transform.IsEmpty || Rows is not null || !Bbox.IsEmpty || Centroid is not null;

    /// <summary>True if the document states neither transform nor shape nor box.</summary>
    internal bool HasNoPixels => Transform.IsEmpty && Rows is null && Bbox.IsEmpty;

    /// <summary>Returns true if the document states a member of the pixels.</summary>
    /// <param name="member">The member of STAC, such as <c>proj:shape</c>.</param>
    internal bool States(string member) => member switch
    {
        "proj:transform" => !Transform.IsEmpty,
        "proj:shape" => Rows is not null,
        "proj:bbox" => !Bbox.IsEmpty,
        _ => false,
    };

    /// <summary>Returns this grid with what it does not state taken from another one.</summary>
    /// <remarks>Transform, shape and box describe the same pixels, so they are taken together or not at all: the shape of the scene says
    /// nothing of an asset that has a transform of its own. <see cref="GridInheritance"/> takes them one by one where they agree.</remarks>
    internal SceneGrid Or(SceneGrid scene)
    {
        if (ReferenceEquals(this, None))
            return scene;
        if (ReferenceEquals(scene, None))
            return this;
        SceneGrid pixels = HasNoPixels ? scene : this;
        SceneGrid crs = StatesCrs ? this : scene;
        return new SceneGrid
        {
            Crs = crs.Crs,
            StatesCrs = crs.StatesCrs,
            CrsMember = crs.CrsMember,
            Transform = pixels.Transform,
            HasNineNumbers = pixels.HasNineNumbers,
            Rows = pixels.Rows,
            Columns = pixels.Columns,
            Bbox = pixels.Bbox,
            Centroid = Centroid ?? scene.Centroid,
        };
    }
}
