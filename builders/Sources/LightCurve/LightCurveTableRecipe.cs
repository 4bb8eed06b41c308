using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.Table;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>The <c>source</c> of a recipe for light curves from tables of measurements. <c>SOURCE.md</c> describes its keys.</summary>
internal sealed record LightCurveTableRecipe
{
    internal required string Id { get; init; }

    /// <summary>The catalogue with the positions; null if the measurements have positions.</summary>
    internal CatalogueRecipe? Catalogue { get; init; }

    /// <summary>The columns of positions in the measurements, their unit and frame.</summary>
    internal required PositionOptions Positions { get; init; }

    internal required TimeRecipe Time { get; init; }

    /// <summary>The time scale of <c>options</c> in the recipe; null if it does not declare one.</summary>
    internal string? TimeScale { get; init; }

    internal required string Flux { get; init; }

    /// <summary>The unit of the flux, if the table does not declare it.</summary>
    internal string? FluxUnit { get; init; }

    internal string? FluxErr { get; init; }

    internal string? Quality { get; init; }

    internal required BandColumnRecipe Band { get; init; }

    /// <summary>The names of columns, and the types that they are cast to.</summary>
    internal required ColumnChoice Choice { get; init; }

    /// <summary>The tables whose columns are added to the measurements.</summary>
    internal required IReadOnlyList<TableJoin> Joins { get; init; }

    /// <summary>The SQL condition on the measurements that are used; null for all.</summary>
    internal string? Filter { get; init; }

    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused; line and column are named.</exception>
    internal static LightCurveTableRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        map.RequireKeys("kind", "files", "id", "ra", "dec", "ra_unit", "frame", "catalogue", "time", "flux", "flux_unit", "flux_err",
            "quality", "band", "rename", "cast", "join", "filter");
        _ = map.Required("files");
        YamlMap? catalogue = map.Find("catalogue")?.AsMap();
        return new()
        {
            Id = map.Text("id"),
            Catalogue = catalogue is null ? null : CatalogueRecipe.ReadObjects(source, catalogue),
            Positions = PositionKeys.Read(map),
            Time = TimeRecipe.Read(map.Required("time")),
            TimeScale = source.TimeScale,
            Flux = map.Text("flux"),
            FluxUnit = map.TextOrNull("flux_unit"),
            FluxErr = map.TextOrNull("flux_err"),
            Quality = map.TextOrNull("quality"),
            Choice = ColumnChoice.Read(map),
            Joins = TableJoin.ReadAll(source, map),
            Filter = map.TextOrNull("filter"),
            Band = BandColumnRecipe.Read(map.Required("band")),
        };
    }
}
