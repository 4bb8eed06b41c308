using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>The <c>proj:</c> members of an item or asset while they are read.</summary>
internal sealed class GridDraft
{
    internal bool StatesCode { get; set; }

    internal string? Code { get; set; }

    internal bool StatesEpsg { get; set; }

    internal long? Epsg { get; set; }

    internal string? Wkt2 { get; set; }

    internal string? ProjJson { get; set; }

    internal ImmutableArray<double> Transform { get; set; } = [];

    internal bool HasNineNumbers { get; set; }

    internal long? Rows { get; set; }

    internal long? Columns { get; set; }

    internal ImmutableArray<double> Bbox { get; set; } = [];

    internal (double LonDeg, double LatDeg)? Centroid { get; set; }

    /// <summary>True if <c>proj:code</c> and <c>proj:epsg</c> name different systems.</summary>
    internal bool Contradicts => Code is not null && Epsg is not null
        && !Code.Equals($"EPSG:{Epsg}", StringComparison.OrdinalIgnoreCase);

    internal SceneGrid ToGrid() => new()
    {
        Crs = Code ?? (Epsg is { } epsg ? $"EPSG:{epsg}" : Wkt2 ?? ProjJson),
        StatesCrs = StatesCode || StatesEpsg || Wkt2 is not null || ProjJson is not null,
        CrsMember = Code is not null ? "proj:code" : Epsg is not null ? "proj:epsg" : Wkt2 is not null ? "proj:wkt2"
            : ProjJson is not null ? "proj:projjson" : "proj:code",
        Transform = Transform,
        HasNineNumbers = HasNineNumbers,
        Rows = Rows,
        Columns = Columns,
        Bbox = Bbox,
        Centroid = Centroid,
    };
}
