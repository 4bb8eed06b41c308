using Pile.Format.Yaml;
using Pile.Sky;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Where the Galactic extinction of a band is from: a column of the catalogue or a map of the sky, times a coefficient.</summary>
internal sealed record ExtinctionRecipe
{
    /// <summary>The column; null for a map.</summary>
    internal string? Column { get; private init; }

    /// <summary>The files of the map; empty for a column.</summary>
    internal IReadOnlyList<string> Maps { get; private init; } = [];

    /// <summary>The column of a HEALPix map; null for its only one.</summary>
    internal string? MapColumn { get; private init; }

    /// <summary>The frame of a HEALPix map; null for COORDSYS.</summary>
    internal SkyFrame? Frame { get; private init; }

    /// <summary>The magnitudes of extinction for a value of 1, which for E(B−V) is A/E(B−V).</summary>
    internal double Coefficient { get; private init; } = 1;

    /// <summary>The name of the map: bands with the same one share it.</summary>
    internal string MapKey => string.Join('\n', [.. Maps, MapColumn ?? "", $"{Frame}"]);

    /// <summary>Reads <c>EXT_G</c>, <c>{ column: EBV, coefficient: 3.2 }</c> or <c>{ map: files, coefficient: 3.2 }</c>.</summary>
    internal static ExtinctionRecipe Read(RecipeSource source, YamlNode node)
    {
        if (node is not YamlMap map)
            return new() { Column = node.AsScalar().Text };
        map.RequireKeys("column", "map", "map_column", "frame", "coefficient");
        if (map.Find("column") is null == map.Find("map") is null)
            throw map.Invalid("expected either 'column' or 'map'");
        if (map.Find("column") is not null && (map.Find("map_column") ?? map.Find("frame")) is { } ofMap)
            throw ofMap.Invalid("'map_column' and 'frame' describe a 'map'");
        return new()
        {
            Column = map.TextOrNull("column"),
            Maps = map.Find("map") is { } files ? source.Files(files) : [],
            MapColumn = map.TextOrNull("map_column"),
            Frame = map.Find("frame")?.AsScalar() is not { } frame ? null : SkyFrame.TryParse(frame.Text, out SkyFrame known) ? known
                : throw frame.Invalid($"'{frame.Text}' is not a supported frame: expected one of {SkyFrame.Words}"),
            Coefficient = map.Find("coefficient")?.AsScalar().AsDouble() ?? 1,
        };
    }
}
